// SPDX-License-Identifier: Apache-2.0
// A fake answers any request in each protocol, and never with a reply that cannot be written.
//
// An input is a byte that chooses the protocol and the fake's options, and then a request: the method and the
// target in the first line, then headers, an empty line and the body.
#include <belfry/call/environment.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/events/json.hpp>
#include <belfry/golden_tower/announce.hpp>
#include <belfry/golden_tower/errors.hpp>
#include <belfry/golden_tower/list_kinds.hpp>
#include <belfry/golden_tower/ring_bell.hpp>
#include <belfry/golden_tower/types/all_kinds.hpp>
#include <belfry/golden_tower/types/events.hpp>
#include <belfry/golden_tower/types/strokes.hpp>
#include <belfry/testing/aws_json.hpp>
#include <belfry/testing/aws_query.hpp>
#include <belfry/testing/ec2_query.hpp>
#include <belfry/testing/events.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/testing/rest_json.hpp>
#include <belfry/testing/rest_xml.hpp>
#include <belfry/testing/rpc_v2_cbor.hpp>
#include <belfry/testing/rpc_v2_json.hpp>

#include "fuzz.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace {

namespace tower = belfry::golden_tower;
namespace testing = belfry::testing;

constexpr belfry::Service service{
    .id = "Tower",
    .name = "tower",
    .api_version = "2020-01-02",
    .signing_name = "golden",
    .protocol = nullptr,
    .endpoint_rules = nullptr,
    .target_prefix = "Tower",
    .json_version = "1.1",
    .query_compatible = true,
    .shape_name = "Tower",
};
constexpr belfry::Service bare_service{
    .id = "Tower",
    .name = "tower",
    .api_version = "2020-01-02",
    .signing_name = "golden",
    .protocol = nullptr,
    .endpoint_rules = nullptr,
    .sign_path_verbatim = true,
    .no_error_wrapping = true,
};

/// Returns the input, which has members of all kinds.
struct Echo {
    using Input = tower::AllKinds;
    using Output = tower::AllKinds;
    friend constexpr belfry::Operation belfry_describe_operation(const Echo*) {
        return {.service = &service,
                .name = "Echo",
                .method = "PUT",
                .uri = "/echo",
                .success_status = 200,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>};
    }
};

constexpr belfry::EndpointParameterBinding addressed[] = {
    {.parameter = "Bell", .member = "Bell", .in_url = true}};
constexpr belfry::OperationHooks addressed_hooks{.endpoint_parameters = addressed};

/// Takes a member from the host name or the path, as Amazon S3 takes buckets, and members from query and
/// headers.
struct Ring {
    using Input = tower::RingBellRequest;
    using Output = tower::RingBellResponse;
    friend constexpr belfry::Operation belfry_describe_operation(const Ring*) {
        return {.service = &bare_service,
                .name = "Ring",
                .method = "POST",
                .uri = "/ring?loud",
                .success_status = 201,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>,
                .hooks = &addressed_hooks};
    }
};

constexpr belfry::EventStreamTraits chat_traits{
    .codec = &belfry::json_event_codec, .input = true, .output = true, .initial_messages = true};

/// Reads its input from the first message, and answers each event.
struct Chat {
    using Input = tower::AllKinds;
    using Output = tower::AllKinds;
    using InputEvents = tower::Strokes;
    using OutputEvents = tower::Events;
    static constexpr const belfry::EventStreamTraits& event_stream = chat_traits;
    friend constexpr belfry::Operation belfry_describe_operation(const Chat*) {
        return {.service = &service,
                .name = "Chat",
                .method = "POST",
                .uri = "/chat",
                .success_status = 200,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>};
    }
};

/// The clock stands still, so that the signatures of the corpus stay valid.
class FixedEnvironment final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return {1'577'934'245, 0}; } // 2020-01-02T03:04:05Z
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char*, std::size_t) noexcept override { return false; }
};

const testing::ServerProtocol* const protocols[] = {
    &testing::rest_json, &testing::rest_xml,    &testing::aws_json,   &testing::aws_query,
    &testing::ec2_query, &testing::rpc_v2_cbor, &testing::rpc_v2_json};

/// Takes the text in front of `end`, and removes both.
std::string_view take(std::string_view& text, char end) {
    const std::size_t at = text.find(end);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

testing::ReceivedRequest parse(std::string_view text) {
    testing::ReceivedRequest request;
    std::string_view target = take(text, '\n');
    request.method = take(target, ' ');
    request.path = take(target, '?');
    request.query = target;
    while (!text.empty() && text.front() != '\n') {
        std::string_view line = take(text, '\n');
        const std::string_view name = take(line, ':');
        request.headers.append(name, line);
    }
    if (!text.empty()) text.remove_prefix(1);
    request.body = text;
    return request;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const unsigned how = data[0];
    FixedEnvironment environment;
    testing::FakeOptions options{.allow_unsigned = true, .environment = &environment};
    if ((how & 8) != 0) options.credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"};
    testing::Fake fake((how & 16) != 0 ? bare_service : service, *protocols[(how & 7) % 7], options);
    std::size_t answered = 0;
    fake.on<Echo>([&](const tower::AllKinds& input) {
        ++answered;
        return input;
    });
    fake.on<Ring>([&](const tower::RingBellRequest& input) -> belfry::Result<tower::RingBellResponse> {
        ++answered;
        return testing::service_error(tower::Cracked{.message = *input.bell, .retry_after = 7});
    });
    fake.on<tower::operations::ListKinds>([&](const tower::ListKindsRequest& input) {
        ++answered;
        return tower::ListKindsResponse{.next_token = input.next_token};
    });
    bool chatted = false;
    fake.on<Chat>([&](const tower::AllKinds& input, testing::ServiceStream<Chat>& stream) {
        chatted = true;
        stream.respond(input);
        for (auto event = stream.receive(); event && *event; event = stream.receive())
            stream.send(tower::Events::from_verse({.text = "heard"}));
        return testing::service_error(tower::Cracked{.message = "the end"});
    });
    fake.on<tower::operations::Announce>(
        [&](const tower::AnnounceRequest&, testing::ServiceStream<tower::operations::Announce>& stream) {
            for (auto event = stream.receive(); event && *event;) event = stream.receive();
            stream.respond({.heard = "all"});
        });
    const testing::ReceivedRequest request = parse(text_of(data + 1, size - 1));
    const testing::detail::Reply reply = fake.answer(request);
    if (reply.broken) {
        // The handlers return texts that are not checked, and documents, which not all protocols carry.
        require(!reply.message.empty(), "a reply that cannot be written says why");
        return 0;
    }
    require(reply.status == belfry::TransportStatus::ok, "no handler fails the transport", reply.message);
    const int status = reply.response.status;
    require(status >= 200 && status < 600, "the status is one of HTTP");
    const bool streamed = chatted || request.path.ends_with("/announcements");
    require(streamed || (status < 400) == (answered == 1 && status < 300),
            "only handlers answer with success");
    require(streamed || answered == 1 || status >= 400, "what does not reach a handler is an error");
    require(status < 400 || request.method == "HEAD" || !reply.response.body.empty(),
            "an error says what it is");
    return 0;
}
