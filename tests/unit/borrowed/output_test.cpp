// SPDX-License-Identifier: Apache-2.0
// Outputs of calls that own the response which they view.
#include <belfry/borrowed.hpp>
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/observer.hpp>
#include <belfry/protocol/aws_json.hpp>

#include "support/catch.hpp"
#include "support/failing_allocations.hpp"
#include "unit/borrowed/everything.hpp"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>

using namespace belfry; // NOLINT

namespace {

constexpr Service service{.id = "Everything",
                          .name = "everything",
                          .api_version = "2026-01-01",
                          .signing_name = "everything",
                          .protocol = &aws_json,
                          .endpoint_rules = &chime_sdk_voice::endpoint_rules};

struct Owning {
    using Input = everything::Nothing;
    using Output = everything::Everything;
    using Errors = ErrorList<>;
    template <std::same_as<Owning> O> friend constexpr Operation belfry_describe_operation(const O*) {
        return {.service = &service,
                .name = "GetEverything",
                .method = "POST",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<Input>,
                .output = &structure_of<Output>,
                .signing = RequestSigning::none};
    }
};
class Client;
struct Borrowing : borrowed::OperationOf<Owning, everything::borrowed::Everything, Client> {};
struct Other : borrowed::OperationOf<Owning, everything::borrowed::Value, Client> {};
using Output = Borrowing::Output;

[[nodiscard]] Result<Output> read(std::string body, int status = 200) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return decode(Borrowing{}, std::move(response));
}

constexpr const char* small = R"({"Text":"one","Names":{"a":"b"}})";

} // namespace

TEST_CASE("an output has the members of its shape, and owns what they view") {
    Result<Output> result = read(small);
    REQUIRE(result);
    CHECK(result->text == "one");
    CHECK(*result->names.find("a") == "b");
    CHECK(borrowed::body_of(*result) == small);
    CHECK(borrowed::to_owned(*result).text == "one");
    CHECK(result.metadata().http_status == 200);
}

TEST_CASE("an output can be moved; what it was moved from is empty") {
    Output first = std::move(*read(small));
    CHECK(first.text == "one");
    Output second = std::move(first);
    CHECK(second.text == "one");
    CHECK_FALSE(first.text.has_value());     // NOLINT: specified
    CHECK(borrowed::body_of(first).empty()); // NOLINT
    Output third = std::move(*read(R"({"Text":"two, in a body that has more than a few characters"})"));
    third = std::move(second);
    CHECK(third.text == "one");
    CHECK(*third.names.find("a") == "b");
    CHECK_FALSE(second.text.has_value()); // NOLINT
    Output& same = third;
    third = std::move(same);
    CHECK(third.text == "one");
    third = Output();
    CHECK(third == Output());
}

TEST_CASE("a response that cannot be read is the error that the other operation has") {
    for (const char* const body : {"", "{", R"({"Text":1})", "<html>", R"({"Texts":["a",]})"}) {
        INFO(body);
        HttpResponse response;
        response.status = 200;
        response.body = body;
        const auto expected = decode(Owning{}, response);
        const auto found = read(body);
        REQUIRE_FALSE(found);
        REQUIRE_FALSE(expected);
        CHECK(found.error().kind == expected.error().kind);
        CHECK(found.error().code == expected.error().code);
        CHECK(found.error().message == expected.error().message);
    }
    const auto refused = read(R"({"__type":"Busy","message":"later"})", 400);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == "Busy");
    CHECK(refused.error().message == "later");
}

TEST_CASE("an output without a body has no members") {
    HttpResponse response;
    response.status = 204;
    const auto result = decode(Borrowing{}, std::move(response));
    REQUIRE(result);
    CHECK(*result == Output());
    CHECK(borrowed::body_of(*result).empty());
}

TEST_CASE("a byte order mark in front of a body is not read") {
    const auto result = read("\xef\xbb\xbf" + std::string(small));
    REQUIRE(result);
    CHECK(result->text == "one");
}

TEST_CASE("a large output takes few allocations") {
    std::string body = R"({"Children":[{"Text":"child number 0 of many"})";
    for (int i = 1; i < 500; ++i)
        body += R"(,{"Text":"child number )" + std::to_string(i) +
                R"( of many","Texts":["a text that is not short"]})";
    body += "]}";
    const long before = test::allocation_counts().made;
    const auto result = read(std::move(body));
    CHECK(test::allocation_counts().made - before <= 16);
    REQUIRE(result);
    CHECK(result->children.size() == 500);
    CHECK(result->children[499].text == "child number 499 of many");
}

TEST_CASE("an output whose memory is refused is an error or an exception, and nothing leaks") {
    const long live = test::allocation_counts().live;
    for (long n = 1;; ++n) {
        std::string body = R"({"Text":"a\u00e9 text with escapes","Children":[{},{},{}],"Bytes":"AAECAw=="})";
        bool failed = false;
        {
            const test::FailingAllocations failing(n, test::FailedAllocations::one);
            try {
                const auto result = read(std::move(body));
                if (result) CHECK(result->children.size() == 3);
            } catch (const std::bad_alloc&) { // NOLINT: one of the two
            }
            failed = failing.any();
        }
        if (!failed) break;
    }
    CHECK(test::allocation_counts().live == live);
}

TEST_CASE("operations of a service share its table, by which clients keep endpoints") {
    const Operation& one = operation_of<Borrowing>;
    const Operation& other = operation_of<Other>;
    const Operation& again = operation_of<Borrowing>;
    CHECK(&one == &again);
    CHECK(&one != &other);
    CHECK(one.service == other.service);
    CHECK(one.service != operation_of<Owning>.service);
    CHECK(one.service->protocol->encode == aws_json.encode);
    CHECK(one.input == operation_of<Owning>.input);
}

TEST_CASE("an observer sees the size of a body that the output has taken") {
    struct Sizes final : Observer {
        void on_event(const CallEvent& event) noexcept override { last = event.response_bytes; }
        std::int64_t last = -1;
    } sizes;
    const ClientCore core(service,
                          {.region = "us-east-1", .endpoint = "http://localhost", .observer = &sizes},
                          [](const HttpRequest&) { return HttpResponse{200, {}, small}; });
    const Result<Output> result = ::belfry::detail::invoke<Borrowing>(core, {}, {});
    REQUIRE(result);
    CHECK(result->text == "one");
    CHECK(sizes.last == static_cast<std::int64_t>(std::string_view(small).size()));
}
