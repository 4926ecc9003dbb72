// SPDX-License-Identifier: Apache-2.0
// Each attempt uses the current time and credentials. The judge is a client whose clock and
// credentials are right from the beginning: its first request and the retry of another client are the same.
#include <belfry/async/async.hpp>
#include <belfry/auth/api_key.hpp>
#include <belfry/auth/bearer_token.hpp>
#include <belfry/auth/presigned_parameter.hpp>
#include <belfry/auth/signature_v2.hpp>
#include <belfry/body/checksum.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>

#include "unit/async/loop.hpp"
#include "unit/body/streaming_service.hpp"
#include "unit/call/canned.hpp"

#include <string>
#include <support/catch.hpp>
#include <vector>

using namespace belfry; // NOLINT
namespace voice = belfry::chime_sdk_voice;

namespace {

/// A request as it travels.
struct Sent {
    std::string method{};
    std::string url{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    friend bool operator==(const Sent&, const Sent&) = default;
};

[[nodiscard]] Sent read(const HttpRequest& request) {
    Sent sent{request.method, request.url, {}, request.body};
    for (const Header& each : request.headers) sent.headers.emplace_back(each.name, each.value);
    std::sort(sent.headers.begin(), sent.headers.end());
    sent.headers.emplace_back("content-length", std::to_string(request.content_length));
    if (request.source != nullptr) {
        char buffer[100];
        REQUIRE(request.source->rewind());
        for (std::ptrdiff_t got = 1; got != 0;) {
            got = request.source->read(buffer, sizeof buffer);
            REQUIRE(got >= 0);
            sent.body.append(buffer, static_cast<std::size_t>(got));
        }
    }
    return sent;
}
[[nodiscard]] std::string header(const Sent& sent, std::string_view name) {
    for (const auto& [own_name, value] : sent.headers)
        if (own_name == name) return value;
    return "none";
}

/// Form data that stands for the input of a copy; sent in a request that the test's own protocol makes.
struct CopyRequest {
    std::string form{};
    std::optional<std::string> token{};
};
template <std::same_as<CopyRequest> S> constexpr Description<2> belfry_describe(const S*) {
    return {.name = "CopyRequest",
            .members = {{"Form", type_of<decltype(S::form)>, offsetof(S, form)},
                        {"Token", type_of<decltype(S::token)>, offsetof(S, token), Location::body,
                         MemberFlags::idempotency_token}}};
}
bool encode_form(const Operation&, const void* input, const EncodeOptions& options, HttpRequest& request,
                 Error&) {
    const auto& copy = *static_cast<const CopyRequest*>(input);
    request.method = "POST";
    request.url = "/";
    request.headers.append("Content-Type", "application/x-www-form-urlencoded");
    request.body =
        "Action=Copy&Version=2000-01-01" + copy.form + "&Token=" + std::string(options.idempotency_token);
    request.content_length = static_cast<std::int64_t>(request.body.size());
    return true;
}
void decode_code(const Operation&, const HttpResponse& response, Error& error) { error.code = response.body; }
constexpr Protocol form_protocol{
    .name = "form",
    .encode = &encode_form,
    .decode = [](const Operation&, HttpResponse&, const DecodeOptions&, void*, Error&) { return true; },
    .decode_error = &decode_code,
    .decode_exception = nullptr};
constexpr Service form_service{.id = "Form",
                               .name = "form",
                               .api_version = "2000-01-01",
                               .signing_name = "form",
                               .protocol = &form_protocol,
                               .endpoint_rules = &voice::endpoint_rules};

constexpr PresignedParameter of_ec2{.name = "PresignedUrl", .sends_regions = true};
constexpr PresignedParameter of_rds{.name = "PreSignedUrl"};
constexpr ApiKeyTraits key_in_header{.name = "X-Api-Key"};
constexpr ApiKeyTraits key_in_query{.name = "key", .in_query = true};
constexpr OperationHooks ec2_copy{.authorize = &detail::add_presigned_parameter<of_ec2>};
constexpr OperationHooks rds_copy{.authorize = &detail::add_presigned_parameter<of_rds>};
constexpr OperationHooks bearer{.authorize = &detail::add_bearer_token};
constexpr OperationHooks bearer_or_signed{.authorize = &detail::add_bearer_token_if_any};
constexpr OperationHooks header_key{.authorize = &detail::add_api_key<key_in_header>};
constexpr OperationHooks query_key{.authorize = &detail::add_api_key<key_in_query>};
constexpr OperationHooks version_2{.authorize = &detail::add_signature_v2};
constexpr OperationHooks plain{};

template <const OperationHooks& Hooks> struct Copy {
    using Input = CopyRequest;
    using Output = test::GetResponse;
    friend constexpr Operation belfry_describe_operation(const Copy*) {
        return {.service = &form_service,
                .name = "Copy",
                .method = "POST",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<CopyRequest>,
                .output = &structure_of<test::GetResponse>,
                .hooks = &Hooks};
    }
};

constexpr ChecksumTraits streamed_checksum{.algorithm_member = "x-name"};
constexpr BodyTraits streamed_body{.add_checksums = &detail::add_checksums, .checksum = &streamed_checksum};
constexpr OperationHooks streamed_hooks{.encode_body = &detail::encode_streaming_payload,
                                        .make_body = &detail::make_streaming_body<streamed_body>};
constexpr Service store{.id = "Store",
                        .name = "store",
                        .api_version = "2000-01-01",
                        .signing_name = "s3",
                        .protocol = &rest_json,
                        .endpoint_rules = &voice::endpoint_rules,
                        .sign_path_verbatim = true};
struct Put {
    using Input = test::PutRequest;
    using Output = test::GetResponse;
    friend constexpr Operation belfry_describe_operation(const Put*) {
        return {.service = &store,
                .name = "Put",
                .method = "PUT",
                .uri = "/object",
                .success_status = 200,
                .input = &structure_of<test::PutRequest>,
                .output = &structure_of<test::GetResponse>,
                .encode_query_and_headers = &detail::encode_query_and_headers,
                .hooks = &streamed_hooks};
    }
};

const Credentials old_keys{"AKIDOLD", "old-secret", "old-token"};
const Credentials new_keys{"AKIDNEW", "new-secret", "new-token"};
constexpr std::int64_t hours_behind = 2;

/// The requests of a call whose first attempt is refused, because the clock is wrong or the service fails.
/// The first set of credentials is for the first attempt, the second for all later ones.
template <class O>
std::vector<Sent> requests(const typename O::Input& input, const Credentials& first, const Credentials& later,
                           bool wrong_clock, bool asynchronous, const std::string& endpoint) {
    std::vector<Sent> sent;
    test::FakeEnvironment environment;
    if (!wrong_clock) environment.time.seconds += hours_behind * 3'600;
    environment.stands_still = true;
    int asked = 0;
    const auto answer = [&](const HttpRequest& request) {
        sent.push_back(read(request));
        if (!wrong_clock) return HttpResponse{200, {}, "{}"};
        return sent.size() > 1 ? HttpResponse{200, {}, "{}"}
                               : HttpResponse{403,
                                              {{"Date", "Fri, 02 Jan 2026 05:04:05 GMT"},
                                               {"x-amzn-errortype", "RequestExpired"}},
                                              "RequestExpired"};
    };
    const ClientCore core(*operation_of<O>.service,
                          {.region = "us-east-1",
                           .credentials = [&] { return asked++ == 0 ? first : later; },
                           .endpoint = endpoint,
                           .environment = &environment},
                          answer);
    if (!asynchronous) {
        CHECK(detail::invoke<O>(core, input, CallOptions{}));
        return sent;
    }
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    transport.keeps_requests = false;
    bool good = false;
    const AsyncCaller caller(core, transport, timer);
    caller.start(O{}, input, [&](auto&& result) { good = result.has_value(); });
    for (int i = 0; i < 2 && !transport.pending.empty(); ++i) {
        HttpResponse response = answer(*transport.pending.front().request);
        transport.answer(response.status, std::move(response.body), std::move(response.headers));
        timer.pass(Duration::seconds(100));
    }
    CHECK(good);
    return sent;
}

/// Whether the second attempt of a call is the first one of a client that is right from the beginning.
template <class O>
void check_attempts(const typename O::Input& input, const Credentials& first, const Credentials& later,
                    const std::string& endpoint = "https://service.us-east-1.example") {
    for (const bool asynchronous : {false, true}) {
        INFO((asynchronous ? "asynchronous" : "blocking"));
        const std::vector<Sent> judge = requests<O>(input, later, later, false, asynchronous, endpoint);
        const std::vector<Sent> tried = requests<O>(input, first, later, true, asynchronous, endpoint);
        REQUIRE(judge.size() == 1);
        REQUIRE(tried.size() == 2);
        CHECK(tried[1].method == judge[0].method);
        CHECK(tried[1].url == judge[0].url);
        CHECK(tried[1].headers == judge[0].headers);
        CHECK(tried[1].body == judge[0].body);
        CHECK_FALSE(tried[0] == tried[1]);
    }
}

} // namespace

TEST_CASE("a retry's presigned URL has the current time and credentials") {
    const std::string from = "&SourceRegion=eu-west-1";
    for (const std::string& form : {from, "&A=b" + from + "&DestinationRegion=elsewhere&C=d"}) {
        check_attempts<Copy<ec2_copy>>({.form = form}, old_keys, new_keys);
        check_attempts<Copy<rds_copy>>({.form = form}, old_keys, new_keys);
    }
    // A URL of the input's own stays, and a copy within the region needs none.
    check_attempts<Copy<ec2_copy>>({.form = from + "&PresignedUrl=https%3A%2F%2Fx%2F"}, old_keys, new_keys);
    check_attempts<Copy<rds_copy>>({.form = from + "&PreSignedUrl=https%3A%2F%2Fx%2F"}, old_keys, new_keys);
    check_attempts<Copy<rds_copy>>({.form = "&A=b"}, old_keys, new_keys);
    const auto sent =
        requests<Copy<rds_copy>>({.form = from}, old_keys, new_keys, true, false, "https://x.example");
    REQUIRE(sent.size() == 2);
    CHECK(sent[1].body.find("X-Amz-Date%3D20260102T050405Z") != std::string::npos);
    CHECK(sent[1].body.find("AKIDOLD") == std::string::npos);
}

TEST_CASE("a retry is authenticated again, in each way") {
    check_attempts<Copy<plain>>({}, old_keys, new_keys);
    check_attempts<Copy<version_2>>({}, old_keys, new_keys);
    check_attempts<Copy<bearer>>({}, bearer_credentials("old"), bearer_credentials("new"));
    check_attempts<Copy<header_key>>({}, bearer_credentials("old"), bearer_credentials("new"));
    check_attempts<Copy<query_key>>({}, bearer_credentials("old"), bearer_credentials("new"));
    check_attempts<Copy<bearer_or_signed>>({}, bearer_credentials("old"), new_keys);
}

TEST_CASE("a retry with other kinds of credentials does not send those of the attempt before") {
    for (const bool asynchronous : {false, true}) {
        const std::string endpoint = "https://x.example";
        const auto token = requests<Copy<bearer_or_signed>>({}, old_keys, bearer_credentials("new"), true,
                                                            asynchronous, endpoint);
        REQUIRE(token.size() == 2);
        CHECK(header(token[1], "Authorization") == "Bearer new");
        CHECK(header(token[1], "X-Amz-Security-Token") == "none");
        const auto nobody =
            requests<Copy<plain>>({}, old_keys, anonymous_credentials(), true, asynchronous, endpoint);
        REQUIRE(nobody.size() == 2);
        for (const char* const name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}) {
            CHECK(header(nobody[0], name) != "none");
            CHECK(header(nobody[1], name) == "none");
        }
    }
}

TEST_CASE("a retry signs its chunks and its trailer again, and keeps its idempotency token") {
    MemorySource source("a body that is sent in chunks");
    for (const char* const endpoint : {"http://store.example", "https://store.example"}) {
        check_attempts<Put>({.body = source, .name = "SHA256"}, old_keys, new_keys, endpoint);
        check_attempts<Put>({.body = "held", .name = "CRC32"}, old_keys, new_keys, endpoint);
    }
    const voice::StartSpeakerSearchTaskRequest task{
        .voice_connector_id = "v", .transaction_id = "t", .voice_profile_domain_id = "d"};
    for (const bool asynchronous : {false, true}) {
        const auto sent = requests<voice::operations::StartSpeakerSearchTask>(
            task, old_keys, new_keys, true, asynchronous, "https://x.example");
        REQUIRE(sent.size() == 2);
        CHECK(sent[0].body.find("ClientRequestToken") != std::string::npos);
        CHECK(sent[0].body == sent[1].body);
    }
}
