// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/sigv4.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <new>
#include <string>

// The sanitizers replace the allocation functions.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BELFRY_TEST_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define BELFRY_TEST_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef BELFRY_TEST_COUNTS_ALLOCATIONS
#define BELFRY_TEST_COUNTS_ALLOCATIONS 1
#endif

#if BELFRY_TEST_COUNTS_ALLOCATIONS
namespace {
thread_local long allocations = 0;
}

// Counts for the whole test program; only the test below reads it.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("signing with a cached key takes at most six allocations") {
    belfry::SigningKeyCache cache;
    belfry::SigningOptions options;
    options.service = "chime";
    options.region = "us-east-1";
    options.time = {1'440'938'160, 0};
    options.key_cache = &cache;
    const belfry::Credentials credentials{"AKIDEXAMPLE", "secret", std::string(400, 't')};
    for (const bool first : {true, false}) {
        belfry::HttpRequest request;
        request.method = "POST";
        request.url = "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/abcdef/"
                      "speaker-search-tasks?a=b&c=d";
        request.headers = {{"Host", "voice-chime.us-east-1.amazonaws.com"},
                           {"Content-Type", "application/json"},
                           {"User-Agent", "belfry"}};
        request.body = std::string(1'024, 'x');
        const long before = allocations;
        const auto error = belfry::sign_sigv4(request, credentials, options);
        const long taken = allocations - before;
        CHECK_FALSE(error.has_value());
        CHECK(taken > 0);
        if (!first) CHECK(taken <= 6);
    }
}
#else
TEST_CASE("signing with a cached key takes at most six allocations") {
    WARN("skipped: a sanitizer owns the allocation functions");
}
#endif
