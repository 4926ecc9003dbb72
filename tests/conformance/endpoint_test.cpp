// SPDX-License-Identifier: Apache-2.0
//
// Runs the endpoint tests of Smithy models (trait smithy.rules#endpointTests) and botocore's answers in the
// same form, on rule sets and on decision diagrams, and compares the two. endpoint.cmake has endpoint_dump.py
// compile the rule sets into endpoint_cases.hpp in the build directory, and endpoint_botocore.py ask
// botocore; the cases themselves are read when the test runs. BELFRY_ENDPOINT_CASE=<part of a shape's name>
// runs those only and prints every failure.
#include <belfry/endpoint/resolver.hpp>

#include "support/catch.hpp"

#if defined(BELFRY_TEST_HAS_ENDPOINT_CASES) && __has_include(<nlohmann/json.hpp>)
#include "endpoint_cases.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::json;

/// Owns the lists that the parameters refer to.
struct Given {
    explicit Given(const Json& values) {
        for (const auto& [name, value] : values.items()) {
            if (value.is_boolean()) {
                parameters.set_boolean(name, value.get<bool>());
            } else if (value.is_string()) {
                parameters.set_string(name, value.get_ref<const std::string&>());
            } else {
                lists.emplace_back();
                for (const Json& item : value) lists.back().push_back(item.get_ref<const std::string&>());
                parameters.set_strings(name, lists.back().data(), lists.back().size());
            }
        }
    }
    belfry::EndpointParameters parameters;
    std::deque<std::vector<std::string_view>> lists;
};

Json to_json(const belfry::Endpoint& endpoint) {
    Json properties = endpoint.properties.empty() ? Json::object() : Json::parse(endpoint.properties);
    Json schemes = Json::array();
    for (const belfry::AuthScheme& scheme : endpoint.auth_schemes) {
        Json& out = schemes.emplace_back(Json{{"name", scheme.name}});
        if (!scheme.signing_name.empty()) out["signingName"] = scheme.signing_name;
        if (!scheme.signing_region.empty()) out["signingRegion"] = scheme.signing_region;
        if (!scheme.signing_region_set.empty()) out["signingRegionSet"] = Json{scheme.signing_region_set};
        if (scheme.disable_double_encoding) out["disableDoubleEncoding"] = true;
    }
    if (!schemes.empty()) properties["authSchemes"] = std::move(schemes);
    Json headers = Json::object();
    for (const belfry::Header& header : endpoint.headers)
        headers[std::string(header.name)].push_back(header.value);
    return {{"url", endpoint.url}, {"properties", std::move(properties)}, {"headers", std::move(headers)}};
}

/// The expectation in normal form: defaults are written out, and members without effect are removed.
Json complete(Json expected) {
    if (!expected.contains("properties")) expected["properties"] = Json::object();
    if (!expected.contains("headers")) expected["headers"] = Json::object();
    Json& properties = expected["properties"];
    if (properties.contains("authSchemes"))
        for (Json& scheme : properties["authSchemes"])
            if (scheme.contains("disableDoubleEncoding") && !scheme["disableDoubleEncoding"].get<bool>())
                scheme.erase("disableDoubleEncoding");
    return expected;
}

/// The partitions as they were when the tests of the models in `models/smithy` were written: some had no
/// dual-stack yet.
struct EarlierPartitions {
    EarlierPartitions() {
        for (std::uint16_t i = 0; i < belfry::aws_partitions.count; ++i) {
            rows.push_back(belfry::aws_partitions.first[i]);
            const std::string_view name = rows.back().name;
            if (name.substr(0, 7) == "aws-iso") rows.back().supports_dual_stack = false;
        }
    }
    [[nodiscard]] belfry::Partitions list() const {
        return {.first = rows.data(), .count = static_cast<std::uint16_t>(rows.size())};
    }
    std::vector<belfry::Partition> rows;
};

/// Those that the cases of a model were written for.
belfry::Partitions partitions_of(std::string_view model) {
    static const EarlierPartitions earlier;
    const bool is_recent = model.find("endpoint-bdd") != std::string_view::npos ||
                           model.find("endpoint-rules") != std::string_view::npos ||
                           model.find("botocore.json") != std::string_view::npos;
    return is_recent ? belfry::aws_partitions : earlier.list();
}

/// Empty when the case passes, else what is different.
std::string difference(const belfry::EndpointRules& rules, const Json& test_case,
                       const belfry::Partitions& partitions) {
    const Json parameters = test_case.value("params", Json::object());
    const Given given(parameters);
    const belfry::Result<belfry::Endpoint> result =
        belfry::resolve_endpoint(rules, given.parameters, partitions);
    const Json& expect = test_case.at("expect");
    if (expect.contains("error")) {
        if (result) return "resolved to " + result->url;
        const std::string message = expect.at("error");
        const std::string& code = result.error().code;
        const bool same = message.rfind("Cannot find value for required", 0) == 0 ? code == "MissingParameter"
                          : message.rfind("No endpoint found", 0) == 0            ? code == "NoEndpoint"
                                                                       : result.error().message == message;
        return same ? "" : "error " + code + ": " + result.error().message;
    }
    if (!result) return "error " + result.error().code + ": " + result.error().message;
    const Json found = to_json(*result);
    return found == complete(expect.at("endpoint")) ? "" : found.dump();
}

struct Tally {
    int passed = 0;
    int failed = 0;
    std::string failures;
};

/// Whether BELFRY_ENDPOINT_CASE leaves the service out.
bool is_left_out(const endpoint_cases::Service& service) {
    const char* const only = std::getenv("BELFRY_ENDPOINT_CASE");
    return only != nullptr && std::string_view(service.shape).find(only) == std::string_view::npos;
}

bool runs_everything() { return std::getenv("BELFRY_ENDPOINT_CASE") == nullptr; }

/// The traits of one service after the other. A file with several services is read once.
class Traits {
  public:
    const Json& of(const endpoint_cases::Service& service) {
        if (file_ != service.model) {
            std::ifstream file(service.model);
            model_ = Json::parse(file);
            file_ = service.model;
        }
        return model_.at(Json::json_pointer(service.traits));
    }

  private:
    std::string file_;
    Json model_;
};

using Form = const belfry::EndpointRules* endpoint_cases::Service::*;

/// Whether there are diagrams; where not, endpoint.cmake lists a skipped test.
bool has_diagrams() {
    return std::any_of(std::begin(endpoint_cases::services), std::end(endpoint_cases::services),
                       [](const endpoint_cases::Service& service) { return service.diagram != nullptr; });
}

/// Runs the cases of the shapes that botocore answered for, or of all others, on rules in that form.
Tally run(bool of_botocore, Form form) {
    const std::string_view prefix = "botocore#";
    Tally tally;
    Traits traits;
    for (const endpoint_cases::Service& service : endpoint_cases::services) {
        const std::string_view shape = service.shape;
        if ((shape.substr(0, prefix.size()) == prefix) != of_botocore) continue;
        if (service.*form == nullptr || is_left_out(service)) continue;
        const Json& cases = traits.of(service).at("smithy.rules#endpointTests").at("testCases");
        for (const Json& test_case : cases) {
            const std::string wrong = difference(*(service.*form), test_case, partitions_of(service.model));
            ++(wrong.empty() ? tally.passed : tally.failed);
            if (wrong.empty() || (tally.failed > 20 && runs_everything())) continue;
            tally.failures += std::string(shape) + ": " + test_case.dump() + "\n    but " + wrong + "\n";
        }
    }
    return tally;
}

/// The answer of rules as text.
std::string answer(const belfry::EndpointRules& rules, const Json& parameters,
                   const belfry::Partitions& partitions) {
    const Given given(parameters);
    const belfry::Result<belfry::Endpoint> result =
        belfry::resolve_endpoint(rules, given.parameters, partitions);
    return result ? to_json(*result).dump() : result.error().code + ": " + result.error().message;
}

/// Parameters that are drawn, one by one, from those of different cases.
Json mixed(const Json& cases, std::mt19937& dice) {
    Json parameters = Json::object();
    std::uniform_int_distribution<std::size_t> any(0, cases.size() - 1);
    for (int i = 0; i < 8; ++i) {
        const Json values = cases.at(any(dice)).value("params", Json::object());
        for (const auto& [name, value] : values.items())
            if (i == 0 || (dice() & 3) == 0) parameters[name] = value;
    }
    return parameters;
}

} // namespace

TEST_CASE("Smithy's endpoint tests pass") {
    const Tally tally = run(false, &endpoint_cases::Service::rule_set);
    INFO(tally.failures);
    CHECK(tally.failed == 0);
    if (runs_everything()) CHECK(tally.passed >= 1400);
    WARN(tally.passed << " cases passed");
}

TEST_CASE("Smithy's endpoint tests pass with decision diagrams") {
    if (!has_diagrams()) return;
    const Tally tally = run(false, &endpoint_cases::Service::diagram);
    INFO(tally.failures);
    CHECK(tally.failed == 0);
    if (runs_everything()) CHECK(tally.passed >= 1000);
    WARN(tally.passed << " cases passed");
}

TEST_CASE("a decision diagram gives the endpoint of the rule set beside it") {
    if (!has_diagrams()) return;
    Traits traits;
    int compared = 0;
    int known = 0;
    for (const endpoint_cases::Service& service : endpoint_cases::services) {
        if (service.rule_set == nullptr || service.diagram == nullptr || is_left_out(service)) continue;
        const Json& cases = traits.of(service).at("smithy.rules#endpointTests").at("testCases");
        std::mt19937 dice(20261129); // NOLINT: the same cases in each run
        for (int i = 0; i < 2000; ++i) {
            const Json parameters = mixed(cases, dice);
            const std::string expected = answer(*service.rule_set, parameters, belfry::aws_partitions);
            std::string found = answer(*service.diagram, parameters, belfry::aws_partitions);
            ++compared;
            // AWS's two forms differ for S3's directory buckets at a custom endpoint: without a bucket, the
            // rule set has no session to sign with, and the diagram does.
            const std::string_view session = "sigv4-s3express";
            const std::size_t at = found.find(session);
            if (found != expected && at != std::string::npos && !parameters.contains("Bucket") &&
                parameters.value("UseS3ExpressControlEndpoint", false) && parameters.contains("Endpoint")) {
                ++known;
                found.replace(at, session.size(), "sigv4");
            }
            INFO(service.shape << ": " << parameters.dump());
            REQUIRE(found == expected);
        }
    }
    if (runs_everything()) CHECK(compared >= 20'000);
    if (runs_everything()) CHECK(known > 0);
    WARN(compared << " comparisons");
}

TEST_CASE("endpoints agree with botocore") {
#if defined(BELFRY_TEST_HAS_ENDPOINT_BOTOCORE)
    const Tally tally = run(true, &endpoint_cases::Service::rule_set);
    INFO(tally.failures);
    CHECK(tally.failed == 0);
    if (runs_everything()) CHECK(tally.passed >= 10000);
    WARN(tally.passed << " cases passed");
#else
    WARN("SKIPPED: botocore was not there to be asked");
#endif
}

#else
TEST_CASE("Smithy's endpoint tests pass") {
    WARN("SKIPPED: the conformance data, Python or nlohmann/json is missing");
}
#endif
