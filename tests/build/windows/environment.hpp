// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>

/// Checks the system's environment. The argument is the time of day, in seconds since 1970, at which the test
/// began.
int main(int count, char** arguments) {
    if (count != 2) return 2;
    const long long begin = std::strtoll(arguments[1], nullptr, 10);
    int failures = 0;
    const auto expect = [&failures](bool holds, const char* what) {
        if (holds) return;
        std::printf("failed: %s\n", what);
        ++failures;
    };
    belfry::SystemEnvironment environment;

    const belfry::Timestamp before = environment.now();
    expect(before.seconds >= begin - 1 && before.seconds < begin + 600, "the clock is that of the system");
    expect(before.nanoseconds >= 0 && before.nanoseconds < 1'000'000'000,
           "nanoseconds are a part of a second");
    environment.sleep(belfry::Duration::milliseconds(-5));
    environment.sleep(belfry::Duration::nanoseconds(40'000'001));
    const belfry::Timestamp after = environment.now();
    const long long slept =
        (after.seconds - before.seconds) * 1'000'000'000LL + after.nanoseconds - before.nanoseconds;
    // The clock of old systems moves in steps of 16 ms.
    expect(slept >= 24'000'000, "sleep does not return early");
    expect(slept < 20'000'000'000, "sleep returns");

    unsigned char first[64] = {}, second[64] = {}, nothing[1] = {7};
    expect(environment.random(first, sizeof first) && environment.random(second, sizeof second),
           "randomness");
    expect(std::memcmp(first, second, sizeof first) != 0, "random bytes differ from call to call");
    expect(first[63] != 0 || second[63] != 0, "all bytes are filled");
    expect(environment.random(nothing, 0) && nothing[0] == 7, "no byte beyond the count is written");
    const std::string uuid = belfry::make_uuid(environment);
    expect(uuid.size() == 36 && uuid[14] == '4', "a UUID has version 4");

    const belfry::Duration earlier = environment.steady_time();
    environment.sleep(belfry::Duration::milliseconds(40));
    expect(environment.steady_time() > earlier, "the steady time goes forward");

    // The second one replaces the first one's file.
    for (const char* const text : {"first", "a second"}) {
        belfry::FileSink sink("belfry_sink.txt");
        expect(sink.on_body(std::as_bytes(std::span(text, std::strlen(text)))) && sink.complete(),
               "a file can be written and replaced");
        belfry::FileSource source("belfry_sink.txt", 2);
        char buffer[16] = {};
        const std::ptrdiff_t got = source.read(buffer, sizeof buffer);
        expect(std::string(buffer) == text + 2 && got == source.length(), "a part of a file can be read");
    }
    std::remove("belfry_sink.txt");
    expect(belfry::FileSource(L"belfry_missing.txt").failure().starts_with("cannot open the file: "),
           "a missing file has a reason");
    return failures;
}
