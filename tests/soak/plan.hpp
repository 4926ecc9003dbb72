// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The answers of the server to each request. The client computes the same plan from the same seed, and so
/// knows how each call has to end.
namespace soak {

/// The operations that are called: one that reads, one that has an idempotency token, and one that has none.
enum class Kind : std::uint8_t { get, start, create };
inline constexpr std::uint32_t kinds = 3;
[[nodiscard]] constexpr Kind kind_of(std::uint32_t number) noexcept {
    return static_cast<Kind>(number % kinds);
}
/// Calls without an idempotency token that change something are made once.
[[nodiscard]] constexpr int attempts_of(Kind kind) noexcept { return kind == Kind::create ? 1 : 4; }

/// How the body of a response is delimited (RFC 9112 section 6.3).
enum class Framing : std::uint8_t { length, chunked, close };
inline constexpr std::uint32_t framings = 3;

/// The fault of one attempt.
enum class Fault : std::uint8_t {
    none,
    unavailable,      ///< 503, with `x-amz-retry-after`.
    failure,          ///< 500.
    throttled,        ///< 429, with `x-amz-retry-after`.
    not_found,        ///< 404, a modelled exception.
    unread,           ///< A reset before the request is executed.
    unanswered,       ///< The request is executed, and the connection closed without an answer.
    reset_unanswered, ///< The same with a reset.
    cut_head,         ///< The connection closes within the head.
    cut_body,         ///< The connection closes within the body.
    reset_body,       ///< The same with a reset.
    garbage,          ///< An answer that is not HTTP.
    unreadable,       ///< A body that is not JSON.
    stalled,          ///< The request is executed and never answered.
    stalled_body,     ///< The answer stops within its body.
    dripped,          ///< The answer comes in many pieces. Not an error.
    closes,           ///< The connection closes after the answer, which does not say so. Not an error.
};

/// Whether the service does the work of the request before it fails.
[[nodiscard]] constexpr bool executes(Fault fault) noexcept {
    switch (fault) {
    case Fault::unavailable:
    case Fault::failure:
    case Fault::throttled:
    case Fault::not_found:
    case Fault::unread: return false;
    case Fault::none:
    case Fault::unanswered:
    case Fault::reset_unanswered:
    case Fault::cut_head:
    case Fault::cut_body:
    case Fault::reset_body:
    case Fault::garbage:
    case Fault::unreadable:
    case Fault::stalled:
    case Fault::stalled_body:
    case Fault::dripped:
    case Fault::closes: return true;
    }
    return true;
}
[[nodiscard]] constexpr bool is_error(Fault fault) noexcept {
    return fault != Fault::none && fault != Fault::dripped && fault != Fault::closes;
}

/// The error of a call whose last attempt had that fault.
struct ExpectedError {
    belfry::ErrorKind kind;
    std::string_view code; ///< Empty if several fit.
};
[[nodiscard]] constexpr ExpectedError error_of(Fault fault) noexcept {
    using belfry::ErrorKind;
    switch (fault) {
    case Fault::unavailable: return {ErrorKind::service, "ServiceUnavailableException"};
    case Fault::failure: return {ErrorKind::service, "ServiceFailureException"};
    case Fault::throttled: return {ErrorKind::service, "ThrottledClientException"};
    case Fault::not_found: return {ErrorKind::service, "NotFoundException"};
    case Fault::unread:
    case Fault::unanswered:
    case Fault::reset_unanswered:
    case Fault::cut_head: return {ErrorKind::transport, "ConnectionReset"};
    case Fault::cut_body:
    case Fault::reset_body: return {ErrorKind::transport, "TruncatedResponse"};
    case Fault::garbage: return {ErrorKind::transport, "ProtocolError"};
    case Fault::unreadable: return {ErrorKind::response, ""};
    case Fault::stalled:
    case Fault::stalled_body: return {ErrorKind::timeout, "TimedOut"};
    case Fault::none:
    case Fault::dripped:
    case Fault::closes: break;
    }
    return {ErrorKind::none, ""};
}

/// The plan of a run.
enum class Scene : std::uint8_t {
    mixture,     ///< Most calls succeed at once; the others have each kind of fault.
    cuts,        ///< Each call's first answer ends at another byte.
    stalls,      ///< The first attempts of all calls stall.
    resets,      ///< A quarter of the connections ends early, some of them between two requests.
    storms,      ///< For some time all requests are refused.
    clock,       ///< The service refuses requests by their date.
    credentials, ///< The service refuses keys that have expired.
    quiet,       ///< There are no faults.
};

/// Mixes bits (the finalizer of SplitMix64), so that each number has other faults.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t number) noexcept {
    std::uint64_t value = seed + (number + 1) * 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

/// The fault of an attempt, which counts from 1. The scene `cuts` has another plan: `cut_of`.
[[nodiscard]] constexpr Fault fault_of(Scene scene, std::uint64_t seed, std::uint32_t number,
                                       int attempt) noexcept {
    constexpr Fault passing[] = {Fault::unavailable, Fault::failure,    Fault::throttled,
                                 Fault::unread,      Fault::unanswered, Fault::reset_unanswered,
                                 Fault::cut_head,    Fault::cut_body,   Fault::reset_body,
                                 Fault::garbage,     Fault::unreadable, Fault::dripped};
    constexpr Fault severed[] = {Fault::unread,   Fault::unanswered, Fault::reset_unanswered, Fault::cut_head,
                                 Fault::cut_body, Fault::reset_body, Fault::garbage,          Fault::closes};
    constexpr Fault refusals[] = {Fault::unavailable, Fault::failure, Fault::throttled};
    const std::uint64_t dice = mix(seed, number);
    const std::uint64_t which = dice >> 32;
    switch (scene) {
    case Scene::mixture: {
        const std::uint64_t chance = dice % 1000;
        if (chance < 900) return Fault::none;
        if (chance < 910) return Fault::not_found;
        // The seconds that calls spend waiting are the reason why there are few of these.
        if (chance < 911) return attempt == 1 ? Fault::stalled : Fault::none;
        if (chance < 912) return attempt == 1 ? Fault::stalled_body : Fault::none;
        const Fault fault = passing[which % std::size(passing)];
        // These calls fail.
        if (chance < 915) return fault;
        const int last = fault == Fault::unreadable ? 1 : 1 + static_cast<int>((which >> 8) % 2);
        return attempt <= last ? fault : Fault::none;
    }
    case Scene::stalls:
        if (attempt > 1) return Fault::none;
        return number % 2 == 0 ? Fault::stalled : Fault::stalled_body;
    case Scene::resets:
        return attempt > 1 || dice % 4 != 0 ? Fault::none : severed[which % std::size(severed)];
    case Scene::storms:
        // A quarter of all calls, in one piece, is refused whenever it comes.
        return number / 256 % 4 == 1 ? refusals[which % std::size(refusals)] : Fault::none;
    case Scene::cuts:
    case Scene::clock:
    case Scene::credentials:
    case Scene::quiet: break;
    }
    return Fault::none;
}

/// How a call has to end if only the plan's faults happen.
struct Expected {
    bool succeeds = true;
    ExpectedError error{};
    int attempts = 1;
    /// How often the service does the work of the call.
    int executions = 0;
};
[[nodiscard]] constexpr Expected expected_of(Scene scene, std::uint64_t seed, std::uint32_t number) noexcept {
    const Kind kind = kind_of(number);
    const int most = attempts_of(kind);
    Expected expected;
    bool was_unreadable = false;
    for (int attempt = 1;; ++attempt) {
        const Fault fault = fault_of(scene, seed, number, attempt);
        expected.attempts = attempt;
        if (executes(fault)) ++expected.executions;
        if (!is_error(fault)) return expected;
        // An answer that cannot be read is asked for again once.
        if (attempt < most && fault != Fault::not_found && !(fault == Fault::unreadable && was_unreadable)) {
            was_unreadable = was_unreadable || fault == Fault::unreadable;
            continue;
        }
        expected.succeeds = false;
        expected.error = error_of(fault);
        return expected;
    }
}

/// The number of a call as it travels, always of the same length.
[[nodiscard]] inline std::string text_of(std::uint32_t number) {
    std::string text = std::to_string(number);
    return text.insert(0, text.size() < 8 ? 8 - text.size() : 0, '0');
}

/// The answer of the service to a call that it has done.
[[nodiscard]] inline std::string answer_of(Kind kind, Framing framing, std::uint32_t number) {
    std::string body;
    if (kind == Kind::create)
        body = R"({"VoiceConnector":{"VoiceConnectorId":")" + text_of(number) + R"("}})";
    else
        body = R"({"SpeakerSearchTask":{"SpeakerSearchTaskId":")" + text_of(number) + R"("}})";
    std::string answer = kind == Kind::get ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 201 Created\r\n";
    answer += "Content-Type: application/json\r\nx-amzn-RequestId: r-" + text_of(number) + "\r\n";
    switch (framing) {
    case Framing::length:
        return answer + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    case Framing::close: return answer + "Connection: close\r\n\r\n" + body;
    case Framing::chunked: break;
    }
    // Two chunks, the first of nine bytes.
    char rest[16];
    const char* const end = std::to_chars(rest, rest + sizeof rest, body.size() - 9, 16).ptr;
    return answer + "Transfer-Encoding: chunked\r\n\r\n9\r\n" + body.substr(0, 9) + "\r\n" +
           std::string(rest, static_cast<std::size_t>(end - rest)) + "\r\n" + body.substr(9) +
           "\r\n0\r\n\r\n";
}

/// A call of the scene `cuts`: the place where its first answer ends.
struct Cut {
    Kind kind;
    Framing framing;
    bool resets;
    std::size_t position;
};
inline constexpr std::uint32_t cut_variants = kinds * framings * 2;
[[nodiscard]] constexpr Cut cut_of(std::uint32_t number) noexcept {
    // The kind comes first, as `kind_of` has it.
    const std::uint32_t variant = number % cut_variants;
    return {kind_of(number), static_cast<Framing>(variant / kinds % framings),
            variant / (kinds * framings) != 0, number / cut_variants};
}

} // namespace soak
