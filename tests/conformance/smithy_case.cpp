// SPDX-License-Identifier: Apache-2.0
#include "conformance/smithy_case.hpp"

#include <belfry/call/call.hpp>
#include <belfry/impl/src.hpp>
#include <belfry/interop/zlib.hpp>

#include "conformance/cbor_body.hpp"
#include "conformance/form_body.hpp"
#include "conformance/xml_body.hpp"
#include "support/gunzip.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace belfry_smithy {
namespace {

using nlohmann::json;

[[nodiscard]] bool same_name(std::string_view left, std::string_view right) {
    return belfry::detail::equals_ignoring_case(left, right);
}

[[nodiscard]] std::vector<std::string> query_of(std::string_view url) {
    std::vector<std::string> found;
    const std::size_t question = url.find('?');
    if (question == std::string_view::npos) return found;
    url.remove_prefix(question + 1);
    while (!url.empty()) {
        const std::size_t end = url.find('&');
        found.emplace_back(url.substr(0, end));
        url.remove_prefix(end == std::string_view::npos ? url.size() : end + 1);
    }
    return found;
}

[[nodiscard]] bool has_parameter(const std::vector<std::string>& query, const std::string& name) {
    return std::any_of(query.begin(), query.end(), [&](const std::string& parameter) {
        return parameter.substr(0, parameter.find('=')) == name;
    });
}

/// Transports derive Content-Length from the body, and send none for a GET without a body (RFC 9110 section
/// 8.6).
[[nodiscard]] bool has_header(const belfry::HttpRequest& request, const std::string& name) {
    if (same_name(name, "Content-Length"))
        return request.content_length > 0 || (request.method != "GET" && request.method != "HEAD");
    return request.headers.contains(name);
}

[[nodiscard]] bool is_list_header(const belfry::Structure& shape, std::string_view name) {
    return std::any_of(shape.members, shape.members + shape.count, [&](const belfry::Member& member) {
        return member.location == belfry::Location::header && member.type->kind == belfry::Kind::list &&
               same_name(member.wire_name(), name);
    });
}

/// A list without the optional white space around its commas (RFC 9110 section 5.6.1).
[[nodiscard]] std::string without_list_space(std::string_view value) {
    std::string text;
    bool quoted = false;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '"') quoted = !quoted;
        if (quoted && c == '\\' && i + 1 < value.size()) {
            text += c;
            text += value[++i];
            continue;
        }
        if (!quoted && c == ',')
            while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.pop_back();
        const bool after_comma = !quoted && !text.empty() && text.back() == ',';
        if (after_comma && (c == ' ' || c == '\t')) continue;
        text += c;
    }
    return text;
}

} // namespace

void compare_headers(const json& test, const belfry::Structure& input, const belfry::HttpRequest& request) {
    const json headers = test.value("headers", json::object());
    for (const auto& [name, value] : headers.items()) {
        INFO("header " << name);
        const auto sent = request.headers.find(name);
        REQUIRE(sent.has_value());
        const auto wanted = value.get<std::string>();
        if (is_list_header(input, name))
            CHECK(without_list_space(*sent) == without_list_space(wanted));
        else
            CHECK(*sent == wanted);
    }
    for (const json& name : test.value("forbidHeaders", json::array())) {
        INFO("forbidden header " << name);
        CHECK_FALSE(has_header(request, name.get<std::string>()));
    }
    for (const json& name : test.value("requireHeaders", json::array())) {
        INFO("required header " << name);
        CHECK(has_header(request, name.get<std::string>()));
    }
}

namespace {

void compare_query(const json& test, const belfry::HttpRequest& request) {
    const std::vector<std::string> sent = query_of(request.url);
    std::vector<std::string> rest = sent;
    for (const json& parameter : test.value("queryParams", json::array())) {
        INFO("query parameter " << parameter);
        const auto found = std::find(rest.begin(), rest.end(), parameter.get<std::string>());
        CHECK(found != rest.end());
        if (found != rest.end()) rest.erase(found);
    }
    for (const json& name : test.value("forbidQueryParams", json::array())) {
        INFO("forbidden query parameter " << name);
        CHECK_FALSE(has_parameter(sent, name.get<std::string>()));
    }
    for (const json& name : test.value("requireQueryParams", json::array())) {
        INFO("required query parameter " << name);
        CHECK(has_parameter(sent, name.get<std::string>()));
    }
}

/// The names of map keys in XML, by shape.
void collect_key_names(const belfry::Structure& shape, std::set<std::string>& names,
                       std::set<const belfry::Structure*>& seen) {
    if (!seen.insert(&shape).second) return;
    const belfry::XmlMember* const members = shape.xml() != nullptr ? shape.xml()->members : nullptr;
    for (std::size_t i = 0; i < shape.count; ++i) {
        const belfry::XmlElements* elements = members != nullptr ? members[i].elements : nullptr;
        for (const belfry::Type* type = shape.members[i].type; type != nullptr; type = type->element) {
            if (type->kind == belfry::Kind::map)
                names.emplace(elements != nullptr && !elements->key_name.empty() ? elements->key_name
                                                                                 : "key");
            elements = elements != nullptr ? elements->elements : nullptr;
            if (type->structure != nullptr) collect_key_names(*type->structure, names, seen);
        }
    }
}

} // namespace

void compare_body(const json& test, const belfry::Structure& input, const belfry::HttpRequest& request) {
    if (!test.contains("body")) return;
    const auto wanted = test["body"].get<std::string>();
    if (test.value("bodyMediaType", "") == "application/json" && !wanted.empty()) {
        INFO("body " << request.body);
        const json sent = json::parse(request.body, nullptr, false);
        REQUIRE_FALSE(sent.is_discarded());
        CHECK(sent == json::parse(wanted));
    } else if (test.value("bodyMediaType", "") == "application/x-www-form-urlencoded") {
        INFO("body " << request.body);
        const auto sent = belfry_conformance::read_form(request.body);
        REQUIRE(sent.has_value());
        CHECK(sent == belfry_conformance::read_form(wanted));
    } else if (test.value("bodyMediaType", "") == "application/cbor") {
        const json sent = belfry_conformance::read_cbor(request.body);
        INFO("body " << sent.dump(-1, ' ', false, json::error_handler_t::replace));
        CHECK(sent == belfry_conformance::read_cbor(belfry_conformance::read_base64(wanted)));
    } else if (test.value("bodyMediaType", "") == "application/xml" && !wanted.empty()) {
        INFO("body " << request.body);
        std::set<std::string> keys;
        std::set<const belfry::Structure*> seen;
        collect_key_names(input, keys, seen);
        CHECK(belfry_conformance::canonical_xml(request.body, keys) ==
              belfry_conformance::canonical_xml(wanted, keys));
    } else {
        CHECK(request.body == wanted);
    }
    CHECK(request.content_length == static_cast<std::int64_t>(request.body.size()));
}

namespace {

/// Whether a call changes an operation's requests after encoding them: checksums and compression.
[[nodiscard]] bool has_body_hooks(const belfry::Operation& operation) {
    return operation.hooks != nullptr && operation.hooks->make_body != nullptr;
}

/// The decompressed body.
[[nodiscard]] std::string plain_body(const belfry::HttpRequest& request) {
    const auto encoding = request.headers.find("Content-Encoding");
    const bool compressed = encoding.has_value() && encoding->ends_with("gzip");
    return compressed ? test::gunzip(request.body) : request.body;
}

/// The client's parameters for S3's endpoint rules.
struct S3Options {
    std::optional<bool> accelerate{};
    std::optional<bool> force_path_style{};
};
template <std::same_as<S3Options> S> constexpr auto belfry_describe(const S*) {
    return belfry::Description<2>{
        .name = "options",
        .members = {{"Accelerate", belfry::type_of<decltype(S::accelerate)>, offsetof(S, accelerate)},
                    {"ForcePathStyle", belfry::type_of<decltype(S::force_path_style)>,
                     offsetof(S, force_path_style)}}};
}

/// Whether a case says how its client is configured. The endpoint is then the service's own.
[[nodiscard]] bool configures_client(const json& test) {
    return test.contains("vendorParams") && test["vendorParams"].contains("scopedConfig");
}

/// Configures a client as `aws.protocoltests.config#AwsConfig` says; settings of the operation take
/// precedence.
void configure_client(const json& test, belfry::ClientConfig& config, S3Options& options) {
    const json& scoped = test["vendorParams"]["scopedConfig"];
    for (const char* const scope : {"client", "operation"}) {
        const json settings = scoped.value(scope, json::object());
        if (settings.contains("region")) config.region = settings["region"].get<std::string>();
        const json s3 = settings.value("s3", json::object());
        for (const auto& [name, value] : s3.items()) {
            INFO("setting " << name);
            REQUIRE((name == "addressing_style" || name == "use_dualstack_endpoint" ||
                     name == "use_accelerate_endpoint"));
            if (name == "addressing_style") options.force_path_style = value == "path";
            if (name == "use_dualstack_endpoint") config.use_dual_stack = value.get<bool>();
            if (name == "use_accelerate_endpoint") options.accelerate = value.get<bool>();
        }
    }
    config.endpoint_options = {&belfry::structure_of<S3Options>, &options};
}

/// Makes a whole call: endpoint, host prefix and signature must not change the rest of the request.
void compare_call(const json& test, const belfry::Operation& operation, const void* input,
                  const belfry::HttpRequest& encoded) {
    const std::string host = test.value("host", "example.com");
    belfry::ClientConfig config;
    S3Options options_of_s3;
    if (configures_client(test)) {
        configure_client(test, config, options_of_s3);
    } else {
        config.region = "us-west-2";
        config.endpoint = "https://" + host;
    }
    config.credentials = belfry::Credentials{"AKIDEXAMPLE", "secret", ""};
    belfry::ZlibCompressor compressor;
    config.compressor = &compressor;
    const belfry::ClientCore core(*operation.service, std::move(config),
                                  [](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });
    belfry::CallOptions options;
    options.idempotency_token = idempotency_token;
    belfry::Call call(core, operation, options);
    REQUIRE(call.start(input) == belfry::Call::Step::send);
    const belfry::HttpRequest& request = call.request();
    const std::string resolved = test.value("resolvedHost", host);
    // If the endpoint contains a part of the path, only the whole URL can be compared.
    const std::size_t query = (std::min)(encoded.url.find('?'), encoded.url.size());
    std::string url = request.url;
    // Listings ask for encoded keys, as boto3's do. Smithy's cases are of clients without customisations.
    if (operation.name.starts_with("ListObject")) {
        const std::string_view encoding = "&encoding-type=url";
        REQUIRE(url.find(encoding) != std::string::npos);
        url.erase(url.find(encoding), encoding.size());
    }
    CHECK(url == "https://" + resolved +
                     (configures_client(test) ? test["uri"].get<std::string>() + encoded.url.substr(query)
                                              : encoded.url));
    REQUIRE(request.headers.contains("Host"));
    CHECK(*request.headers.find("Host") == resolved.substr(0, resolved.find('/')));
    CHECK(request.method == encoded.method);
    CHECK(plain_body(request) == encoded.body);
    compare_headers(test, *operation.input, request);
}

} // namespace

void read_params(const json& test, const belfry::Structure& shape, void* object) {
    std::string fault;
    INFO("params " << test["params"].dump());
    const bool good = belfry::from_json(test["params"], shape, object, fault);
    INFO(fault);
    REQUIRE(good);
}

void compare_request(const json& test, const belfry::Operation& operation, const void* input,
                     const belfry::Result<belfry::HttpRequest>& encoded) {
    INFO(encoded.error().message);
    REQUIRE(encoded.has_value());
    CHECK(encoded->method == test["method"].get<std::string>());
    // The path of an endpoint comes before the operation's own.
    const std::string host = test.value("host", "");
    const std::string path = host.find('/') == std::string::npos ? "" : host.substr(host.find('/'));
    if (!configures_client(test))
        CHECK(path + encoded->url.substr(0, encoded->url.find('?')) == test["uri"].get<std::string>());
    compare_query(test, *encoded);
    if (!has_body_hooks(operation)) compare_headers(test, *operation.input, *encoded);
    compare_body(test, *operation.input, *encoded);
    compare_call(test, operation, input, *encoded);
}

belfry::HttpResponse make_response(const json& test) {
    belfry::HttpResponse response;
    response.status = test["code"].get<int>();
    const json headers = test.value("headers", json::object());
    for (const auto& [name, value] : headers.items()) response.headers.append(name, value.get<std::string>());
    response.body = test.value("body", "");
    // Binary bodies are given in base64.
    if (test.value("bodyMediaType", "") == "application/cbor")
        response.body = belfry_conformance::read_base64(response.body);
    return response;
}

void require_success(const belfry::Error& error, bool has_value) {
    INFO(error.code << ": " << error.message);
    REQUIRE(has_value);
}

void require_service_error(const belfry::Error& error, std::string_view code) {
    INFO(error.message);
    CHECK(error.kind == belfry::ErrorKind::service);
    CHECK(error.code == code);
}

void compare_params(const json& test, const belfry::Structure& shape, const void* object) {
    json wanted = test["params"];
    // A null member is absent.
    for (auto member = wanted.begin(); member != wanted.end();)
        member = member->is_null() ? wanted.erase(member) : std::next(member);
    CHECK(belfry::to_json(shape, object) == wanted);
}

} // namespace belfry_smithy
