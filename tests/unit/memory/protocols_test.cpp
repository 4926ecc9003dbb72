// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/protocol/rpc_v2_cbor.hpp>
#include <belfry/protocol/rpc_v2_json.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/ec2_query.hpp>
#include <belfry/protocol/rest_xml.hpp>

#include <pugixml.hpp>
#endif

#include "unit/call/thing.hpp"
#include "unit/memory/drivers.hpp"

using namespace belfry; // NOLINT
using test::RunOutcome;
using test::Thing;

namespace {

template <const Protocol& P>
inline constexpr Service service{.id = "Things",
                                 .name = "things",
                                 .api_version = "2000-01-01",
                                 .signing_name = "things",
                                 .protocol = &P,
                                 .endpoint_rules = &chime_sdk_voice::endpoint_rules,
                                 .target_prefix = "Things_20000101",
                                 .json_version = "1.1",
                                 .shape_name = "Things"};
template <const Protocol& P> struct Exchange {
    using Input = Thing;
    using Output = Thing;
    friend constexpr Operation belfry_describe_operation(const Exchange*) {
        return {.service = &service<P>,
                .name = "Exchange",
                .method = "POST",
                .uri = "/exchange",
                .success_status = 200,
                .input = &structure_of<Thing>,
                .output = &structure_of<Thing>};
    }
};

[[nodiscard]] const Thing& full_thing() {
    static const Thing thing = test::make_thing(test::Json::parse(R"({
        "Name": "a name that is too long for a string's own buffer", "Count": -3, "Ratio": 2.5, "Flag": true,
        "Color": "a colour that the model does not know, and long", "Words": ["one", "a word that is long enough"],
        "Numbers": [1, 2, 3], "Inner": {"Name": "an inner name that is long enough for it"},
        "Things": [{"Count": 1}, {"Name": "another name that is long enough for it"}],
        "Tags": {"a key that is too long for a string": "a value that is too long for it", "k": "v"}})"));
    return thing;
}

/// The input makes a request, and what a service would send makes the same thing and an error.
template <const Protocol& P>
void survives(const std::string& body, const std::string& error_body, const Headers& headers = {}) {
    INFO(P.name);
    const auto code = [&](bool) {
        const auto request = encode(Exchange<P>{}, full_thing());
        if (!request) return RunOutcome::error;
        const auto thing = decode(Exchange<P>{}, HttpResponse{200, headers, body});
        if (!thing || thing->name != full_thing().name || thing->words.size() != 2) return RunOutcome::error;
        const auto failed = decode(Exchange<P>{}, HttpResponse{400, headers, error_body});
        return failed.error().code == "AVeryLongExceptionName" ? RunOutcome::success : RunOutcome::error;
    };
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        const long failures = test::fail_each_allocation(
            which, [&] { return code(true); }, [&](RunOutcome) { CHECK(code(true) == RunOutcome::success); });
        CHECK(failures > 15);
    }
}

const std::string json =
    R"({"wire-name":"a name that is too long for a string's own buffer","Words":["one",)"
    R"("a word \u00e9 that is long enough"],"Things":[{"Count":1},{"Inner":{"Flag":true}}],)"
    R"("Tags":{"a key that is too long for a string":"a value that is too long for it"},)"
    R"("Unknown":{"a":[1,2,{"b":null}]}})";
const std::string json_error =
    R"({"__type":"AVeryLongExceptionName","message":"a message that is long enough"})";

#if BELFRY_TEST_HAS_XML
const std::string members = "<wire-name>a name that is too long for a string's own buffer</wire-name><Words>"
                            "<member>one</member><member>a word &amp; that is long enough</member></Words>";
#endif

} // namespace

TEST_CASE("each JSON protocol without memory gives an exception or an error") {
    survives<rest_json>(json, json_error, {{"x-amzn-ErrorType", "AVeryLongExceptionName"}});
    survives<aws_json>(json, json_error);
    survives<rpc_v2_json>(json, json_error, {{"smithy-protocol", "rpc-v2-json"}});
}

TEST_CASE("the CBOR protocol without memory gives an exception or an error") {
    const auto text = [](std::string_view value) {
        return std::string(1, '\x78') + static_cast<char>(value.size()) + std::string(value);
    };
    survives<rpc_v2_cbor>("\xa2" + text("wire-name") +
                              text("a name that is too long for a string's own buffer") + text("Words") +
                              "\x82" + text("one") + text("a word that is long enough for it"),
                          "\xa2" + text("__type") + text("AVeryLongExceptionName") + text("message") +
                              text("a message that is long enough"),
                          {{"smithy-protocol", "rpc-v2-cbor"}});
}

#if BELFRY_TEST_HAS_XML
TEST_CASE("each XML protocol without memory gives an exception or an error") {
    // The parser's own allocations fail, too.
    pugi::set_memory_management_functions([](std::size_t size) { return ::operator new(size, std::nothrow); },
                                          [](void* memory) { ::operator delete(memory); });
    const std::string error =
        "<Error><Code>AVeryLongExceptionName</Code><Message>a message that is long enough"
        "</Message></Error>";
    survives<rest_xml>("<Thing>" + members + "</Thing>",
                       "<ErrorResponse>" + error + "<RequestId>r</RequestId></ErrorResponse>");
    survives<aws_query>("<ExchangeResponse><ExchangeResult>" + members +
                            "</ExchangeResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
                            "</ExchangeResponse>",
                        "<ErrorResponse>" + error + "<RequestId>r</RequestId></ErrorResponse>");
    survives<ec2_query>("<ExchangeResponse>" + members + "</ExchangeResponse>",
                        "<Response><Errors>" + error + "</Errors><RequestID>r</RequestID></Response>");
}
#endif
