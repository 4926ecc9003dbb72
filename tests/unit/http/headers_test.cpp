// SPDX-License-Identifier: Apache-2.0
#include <belfry/http/headers.hpp>

#include "support/catch.hpp"

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
    REQUIRE(headers.find("X-Amzn-Requestid") != nullptr);
    CHECK(*headers.find("X-Amzn-Requestid") == "first");
    CHECK(headers.contains("x-amzn-requestid"));
    CHECK(headers.find("x-amzn-request") == nullptr);
    CHECK(headers.find("x-amzn-requestid2") == nullptr);
    CHECK(headers.find("") == nullptr);
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

TEST_CASE("a header's value may be changed in place") {
    Headers headers{{"A", "1"}};
    for (Header& header : headers) header.value += "!";
    CHECK(*headers.find("a") == "1!");
    headers.clear();
    CHECK(headers.begin() == headers.end());
}
