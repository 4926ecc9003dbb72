// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials_observer.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/log_line.hpp>
#include <belfry/call/observer.hpp>
#include <belfry/core/error.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// How important a line of a log is.
enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// The level's name, in lower case.
[[nodiscard]] constexpr std::string_view to_string(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
    }
    return "unknown";
}

/// The options of a `LogObserver`.
struct LogOptions {
    /// Lines of lower levels are neither made nor passed to the sink.
    LogLevel least = LogLevel::debug;
    /// The level of calls that end well, or that the program itself ends. Set it to `LogLevel::info` for one
    /// line for each call.
    LogLevel ended = LogLevel::debug;
    /// Whether lines quote the messages of errors. A message of a service is quoted up to its first line
    /// break, because the request may follow it. It may name resources of the account.
    bool messages = true;
};

/// A sink of a `LogObserver`: writes lines such as `2026-01-02T03:04:05Z warning belfry: ...` to a file of
/// the C library, such as `stderr`, each with one call. Does not report errors of the file.
class LogFile {
  public:
    /// The file must outlive the object and its copies.
    LogFile(std::FILE* file) noexcept : file_(file) {} // NOLINT: a file is a sink
    BELFRY_COLD void operator()(LogLevel level, std::string_view line) const noexcept {
        char text[detail::LogLine::limit + 64];
        char* to = text;
        const Timestamp now = detail::system_environment.now();
        if (detail::is_civil(now)) {
            to = detail::write_civil(to, detail::civil_from_seconds(now.seconds));
            *to++ = 'Z';
            *to++ = ' ';
        }
        for (const std::string_view part : {to_string(level), std::string_view(" belfry: "),
                                            line.substr(0, detail::LogLine::limit), std::string_view("\n")}) {
            std::memcpy(to, part.data(), part.size());
            to += part.size();
        }
        static_cast<void>(std::fwrite(text, 1, static_cast<std::size_t>(to - text), file_));
    }

  private:
    std::FILE* file_;
};

namespace detail {

/// The level of an event of a call.
[[nodiscard]] inline LogLevel log_level(const CallEvent& event, const LogOptions& options) noexcept {
    switch (event.moment) {
    case CallMoment::waiting: return LogLevel::warning;
    case CallMoment::ended: return is_failure(event.error) ? LogLevel::error : options.ended;
    case CallMoment::dropped: return options.ended;
    default: return LogLevel::debug;
    }
}
[[nodiscard]] constexpr LogLevel log_level(CredentialsMoment moment) noexcept {
    if (moment == CredentialsMoment::failed) return LogLevel::error;
    return moment == CredentialsMoment::kept ? LogLevel::warning : LogLevel::debug;
}

BELFRY_COLD inline void add_error(LogLine& line, const Error& error, std::string_view key,
                                  const LogOptions& options) noexcept {
    if (error.kind == ErrorKind::none) return;
    line.add(key, error_name(error));
    line.add("kind", to_string(error.kind));
    if (error.throttling) line.add("throttled", "yes");
    if (!options.messages || error.message.empty() || error.message == error.code) return;
    line.add("message", first_line(error));
}

[[nodiscard]] constexpr std::string_view log_word(CallMoment moment, ErrorKind error) noexcept {
    switch (moment) {
    case CallMoment::started: return " started";
    case CallMoment::prepared: return " prepared";
    case CallMoment::got_credentials: return " got credentials";
    case CallMoment::sending: return " sending";
    case CallMoment::attempt_ended: return error == ErrorKind::none ? " attempt ended" : " attempt failed";
    case CallMoment::waiting: return " retrying";
    case CallMoment::ended: return error == ErrorKind::none ? " ended" : " failed";
    case CallMoment::dropped: return " dropped";
    }
    return " at an unknown moment";
}

/// Six digits that tell the lines of calls apart. They do not give the address away.
inline void add_call(LogLine& line, const void* call) noexcept {
    const std::uint64_t mixed = reinterpret_cast<std::uintptr_t>(call) * std::uint64_t{0x9e3779b97f4a7c15};
    const unsigned char bytes[] = {static_cast<unsigned char>(mixed >> 56),
                                   static_cast<unsigned char>(mixed >> 48),
                                   static_cast<unsigned char>(mixed >> 40)};
    char text[6];
    line.add("call", {text, static_cast<std::size_t>(write_hex(text, bytes, 3) - text)});
}

BELFRY_COLD inline void describe_event(LogLine& line, const CallEvent& event,
                                       const LogOptions& options) noexcept {
    const bool is_end = event.moment == CallMoment::ended || event.moment == CallMoment::dropped;
    const bool has_outcome =
        is_end || event.moment == CallMoment::attempt_ended || event.moment == CallMoment::waiting;
    line.add(event.operation.service->name);
    line.add("/");
    line.add(event.operation.name);
    line.add(log_word(event.moment, event.error.kind));
    add_call(line, event.call);
    if (event.moment != CallMoment::started && event.moment != CallMoment::prepared)
        line.add(is_end ? "attempts" : "attempt",
                 event.attempts + (event.moment == CallMoment::got_credentials ? 1 : 0));
    if (has_outcome && event.http_status != 0) line.add("status", event.http_status);
    if (has_outcome && !event.request_id.empty()) line.add("request_id", event.request_id);
    if (event.moment == CallMoment::waiting) line.add("delay_ms", event.delay);
    if (event.moment == CallMoment::attempt_ended) line.add("ms", event.attempt_elapsed);
    if (is_end) line.add("ms", event.elapsed);
    if (!event.region.empty()) line.add("region", event.region);
    if (!event.endpoint.empty()) line.add("host", event.endpoint.substr(event.endpoint.find("://") + 3));
    if (event.moment != CallMoment::started && event.request_bytes >= 0)
        line.add("request_bytes", event.request_bytes);
    if (is_end || event.moment == CallMoment::attempt_ended) line.add("response_bytes", event.response_bytes);
    if (has_outcome)
        add_error(line, event.error, event.moment == CallMoment::waiting ? "reason" : "error", options);
}

BELFRY_COLD inline void describe_event(LogLine& line, const CredentialsEvent& event,
                                       const LogOptions& options) noexcept {
    constexpr std::string_view words[] = {"fetching credentials", "fetched credentials",
                                          "kept credentials, because a fetch failed",
                                          "could not fetch credentials"};
    line.add(words[static_cast<std::size_t>(event.moment)]);
    if (!event.origin.empty()) line.add("origin", event.origin);
    if (event.moment != CredentialsMoment::fetching) line.add("ms", event.elapsed);
    if (event.expiration) {
        char text[16];
        if (write_amz_date(text, *event.expiration)) line.add("expires", {text, sizeof text});
    }
    add_error(line, event.error, "error", options);
}

} // namespace detail

/// Writes a line for each event of calls and of cached credentials to a sink: a callable that takes a
/// `LogLevel` and a `std::string_view`, from several threads at once if the client is used by them.
///
///     belfry::LogObserver log(stderr, {.least = belfry::LogLevel::warning});
///     belfry::LogObserver log([](belfry::LogLevel level, std::string_view line) { write(level, line); });
///
/// Retries are warnings, failed calls are errors, and what else happens is for debugging. A line consists of
/// the service and the operation, a word and fields such as `status=503`; times are in milliseconds. `call`
/// is the same in all lines of a call, and a later call may have it again. Lines have 1,024 bytes at most and
/// do not contain credentials, headers, paths, queries and bodies.
///
/// Does not allocate memory. An exception of the sink is ignored.
template <class Sink> class LogObserver final : public Observer, public CredentialsObserver {
  public:
    explicit LogObserver(Sink sink, LogOptions options = {}) noexcept(noexcept(Sink(std::move(sink))))
        : sink_(std::move(sink)), options_(options) {}

    BELFRY_COLD void on_event(const CallEvent& event) noexcept override {
        write(detail::log_level(event, options_), event);
    }
    BELFRY_COLD void on_credentials(const CredentialsEvent& event) noexcept override {
        write(detail::log_level(event.moment), event);
    }

  private:
    template <class Event> BELFRY_COLD void write(LogLevel level, const Event& event) noexcept {
        if (level < options_.least) return;
        detail::LogLine line;
        detail::describe_event(line, event, options_);
#if defined(__cpp_exceptions)
        try {
            sink_(level, line.text());
        } catch (...) { // A log may not end a call.
        }
#else
        sink_(level, line.text());
#endif
    }

    Sink sink_;
    LogOptions options_;
};
LogObserver(std::FILE*) -> LogObserver<LogFile>;
LogObserver(std::FILE*, LogOptions) -> LogObserver<LogFile>;

} // namespace belfry::inline v0
