// SPDX-License-Identifier: Apache-2.0
// expect: error: .*Belfry needs C\+\+20: compile with g\+\+ 11, clang 14 or newer and -std=c\+\+20
// expect: fatal error: .*Belfry needs C\+\+20
// flags: -std=c++17
// errors: 2
#include <belfry/chime_sdk_voice.hpp>
