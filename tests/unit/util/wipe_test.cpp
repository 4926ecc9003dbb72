// SPDX-License-Identifier: Apache-2.0
#include <belfry/util/wipe.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>

TEST_CASE("wiped bytes are zero, and those behind them stay") {
    char secret[] = "secret!";
    belfry::detail::wipe(secret, 6);
    CHECK(std::string_view(secret, 7) == std::string_view("\0\0\0\0\0\0!", 7));
    belfry::detail::wipe(secret + 6, 0);
    CHECK(secret[6] == '!');
}

TEST_CASE("a wiped string is empty and keeps its memory") {
    std::string secret(100, 's');
    const char* const memory = secret.data();
    belfry::detail::wipe(secret);
    CHECK(secret.empty());
    CHECK(secret.data() == memory);
    std::string none;
    belfry::detail::wipe(none);
    CHECK(none.empty());
}
