// SPDX-License-Identifier: Apache-2.0
#include <belfry/http/headers.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

using belfry::Header;
using belfry::Headers;

TEST_CASE("headers keep the order of insertion and repetitions") {
    Headers headers{{"B", "1"}, {"A", "2"}};
    headers.append("b", "3");
    CHECK(headers == Headers{{"B", "1"}, {"A", "2"}, {"b", "3"}});
    CHECK(headers.size() == 3);
    CHECK_FALSE(headers.empty());
}

TEST_CASE("header names are compared without case") {
    const Headers headers{{"x-AMZN-RequestId", "first"}, {"X-Amzn-RequestId", "second"}};
    REQUIRE(headers.find("X-Amzn-Requestid") != std::nullopt);
    CHECK(*headers.find("X-Amzn-Requestid") == "first");
    CHECK(headers.contains("x-amzn-requestid"));
    CHECK(headers.find("x-amzn-request") == std::nullopt);
    CHECK(headers.find("x-amzn-requestid2") == std::nullopt);
    CHECK(headers.find("") == std::nullopt);
}

TEST_CASE("only ASCII letters are compared without case") {
    // In Latin-1 0xc0 and 0xe0 are one letter; '@' and '`' differ by the same bit as 'A' and 'a'.
    CHECK_FALSE(Headers{{"\xc0", ""}}.contains("\xe0"));
    CHECK_FALSE(Headers{{"@", ""}}.contains("`"));
    CHECK_FALSE(Headers{{"[", ""}}.contains("{"));
}

TEST_CASE("set replaces the first header of a name, removes the others of that name and keeps the order") {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}, {"D", "6"}};
    headers.set("a", "new");
    CHECK(headers == Headers{{"A", "new"}, {"B", "2"}, {"C", "4"}, {"D", "6"}});
    headers.set("E", "7");
    CHECK(headers == Headers{{"A", "new"}, {"B", "2"}, {"C", "4"}, {"D", "6"}, {"E", "7"}});
    headers.set("e", "");
    CHECK(*headers.find("E") == "");
}

TEST_CASE("remove removes all headers of a name and no others") {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}};
    headers.remove("X");
    CHECK(headers.size() == 5);
    headers.remove("a");
    CHECK(headers == Headers{{"B", "2"}, {"C", "4"}});
    headers.remove("b");
    headers.remove("c");
    CHECK(headers.empty());
    headers.remove("c");
    CHECK(headers.empty());
}

TEST_CASE("headers are views that end in a NUL") {
    const Headers headers{{"A", "1"},
                          {"", ""},
                          {"B",
                           {"2\0"
                            "3",
                            3}}};
    std::string text;
    for (const auto& [name, value] : headers) {
        CHECK(name.data()[name.size()] == '\0');
        CHECK(value.data()[value.size()] == '\0');
        text.append(name).append("=").append(value).append(";");
    }
    CHECK(text == std::string("A=1;=;B=2\0"
                              "3;",
                              12));
    CHECK(std::ranges::count_if(headers, [](const Header& each) { return each.value.empty(); }) == 1);
    STATIC_REQUIRE(std::forward_iterator<Headers::Iterator>);
}

TEST_CASE("fields may be made of parts of fields that are there") {
    Headers headers{{"A", "first"}};
    for (int i = 0; i < 100; ++i) headers.append(*headers.find("A"), *headers.find("A"));
    CHECK(headers.size() == 101);
    CHECK(*headers.find("first") == "first");
    headers.append_joined("Joined", {*headers.find("A"), "", {}, " and ", *headers.find("FIRST")});
    CHECK(*headers.find("joined") == "first and first");
    headers.set("A", headers.find("Joined")->substr(6));
    CHECK(*headers.find("a") == "and first");
    headers.set("a", headers.find("A")->substr(0, 3));
    CHECK(headers.size() == 102);
    CHECK(*headers.find("a") == "and");
    headers.set("A", "not");
    CHECK(*headers.find("a") == "not");
}

TEST_CASE("headers are copied and moved like values") {
    Headers headers{{"A", "1"}};
    Headers copy = headers;
    copy.append("B", "2");
    CHECK(headers == Headers{{"A", "1"}});
    CHECK(copy == Headers{{"A", "1"}, {"B", "2"}});
    CHECK_FALSE(copy == headers);
    headers = copy;
    CHECK(headers == copy);
    Headers moved = std::move(headers);
    CHECK(moved == copy);
    CHECK(headers == Headers{});
    headers.append("C", "3");
    moved = std::move(headers);
    CHECK(moved == Headers{{"C", "3"}});
    CHECK(headers.empty());
    Headers& same = moved;
    moved = same;
    CHECK(moved == Headers{{"C", "3"}});
    moved.clear();
    CHECK(moved.begin() == moved.end());
    CHECK(moved == Headers());
    copy = Headers();
    CHECK(copy.size() == 0);
}

TEST_CASE("line breaks in values become spaces") {
    Headers headers{{"A", {"a\r\nb\0", 5}}, {"B", "c"}};
    headers.replace_line_breaks();
    CHECK(headers == Headers{{"A", "a  b "}, {"B", "c"}});
}
