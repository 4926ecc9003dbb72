// SPDX-License-Identifier: Apache-2.0
#include <belfry/call/environment.hpp>
#include <belfry/util/time.hpp>

#include "answer.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

/// The machine's clock, unless another time was asked for.
class WireEnvironment final : public belfry::Environment {
  public:
    [[nodiscard]] belfry::Timestamp now() noexcept override { return fixed ? time : system_.now(); }
    void sleep(belfry::Duration duration) noexcept override { system_.sleep(duration); }
    [[nodiscard]] bool random(unsigned char* bytes, std::size_t count) noexcept override {
        return system_.random(bytes, count);
    }
    bool fixed = false;
    belfry::Timestamp time{};

  private:
    belfry::SystemEnvironment system_;
};

struct Options {
    WireEnvironment environment;
    belfry::Credentials credentials;
    std::string idempotency_token;
    belfry::ClientConfig config;
};

/// Reads `--name value` and `--name`; false with a line on stderr.
bool read_arguments(int count, char** arguments, Options& options) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (name == "--use-fips") {
            options.config.use_fips = true;
            continue;
        }
        if (name == "--use-dual-stack") {
            options.config.use_dual_stack = true;
            continue;
        }
        const std::string_view value = i + 1 < count ? arguments[++i] : "";
        if (name == "--now" && belfry::parse_date_time(value, options.environment.time)) {
            options.environment.fixed = true;
        } else if (name == "--region") {
            options.config.region = value;
        } else if (name == "--access-key") {
            options.credentials.access_key_id = value;
        } else if (name == "--secret-key") {
            options.credentials.secret_access_key = value;
        } else if (name == "--session-token") {
            options.credentials.session_token = value;
        } else if (name == "--idempotency-token") {
            options.idempotency_token = value;
        } else if (name == "--endpoint") {
            options.config.endpoint = value;
        } else {
            std::fprintf(stderr, "belfry wire: %s %s is not understood\n", arguments[i - 1], arguments[i]);
            return false;
        }
    }
    return true;
}

/// Each answer is on its way before the next line is waited for.
bool write_line(std::string& answer) {
    answer += '\n';
    return std::fwrite(answer.data(), 1, answer.size(), stdout) == answer.size() && std::fflush(stdout) == 0;
}

} // namespace

int main(int count, char** arguments) {
    Options options;
    if (!read_arguments(count, arguments, options)) return 2;
    if (options.config.region.empty()) options.config.region = belfry::region_from_environment();
    if (options.credentials.access_key_id.empty())
        options.config.credentials = belfry::credentials_from_environment();
    else
        options.config.credentials = options.credentials;
    options.config.environment = &options.environment;

    belfry_wire::Answerer answerer(options.config, options.idempotency_token);
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    constexpr std::size_t ordinary_line = std::size_t{16} << 20;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::string answer = answerer.answer(line);
        if (!write_line(answer)) return EXIT_FAILURE;
        // Free the memory of a huge line.
        if (line.capacity() > ordinary_line) line = std::string();
    }
    return EXIT_SUCCESS;
}
