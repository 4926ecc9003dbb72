// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kit.hpp"
#include "server.hpp"

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::transport_kit {

/// How the sink of an attempt behaves.
struct SinkPlan {
    /// Milliseconds after the start at which `cancelled()` becomes true; -1 for never.
    int cancel_after = -1;
    bool stop_at_head = false;
    bool stop_at_body = false;
    /// Called for each piece of the body.
    std::function<void(std::string_view)> on_piece;
};

/// The outcome of an attempt.
struct Attempt {
    TransportResult result;
    int status = 0;
    Headers headers;
    /// The first megabyte of the body.
    std::string body;
    std::uint64_t body_size = 0;
    std::uint64_t body_checksum = 0;
    int heads = 0;
    long milliseconds = 0;

    [[nodiscard]] bool ok() const noexcept { return result.status == TransportStatus::ok; }
};

/// The transport under test, and where a check reports its findings.
class Context {
  public:
    Context(Transport& transport, const Options& options) : transport_(transport), options_(options) {}

    [[nodiscard]] const Options& options() const noexcept { return options_; }

    /// A request to that server, with time limits that no check reaches.
    [[nodiscard]] static HttpRequest request(const Server& server, std::string_view method,
                                             std::string_view target, std::string body = {});
    /// Sends it, and checks the rules of every attempt (one head, no calls after a stop, a
    /// message with each failure).
    Attempt attempt(const HttpRequest& request, const SinkPlan& plan = {});

    /// Notes a failure unless `holds`; returns `holds`.
    bool expect(bool holds, std::string_view otherwise);
    bool expect_equal(std::string_view what, std::string_view found, std::string_view wanted);
    /// The attempt succeeded with that status.
    bool expect_response(const Attempt& attempt, int status);
    bool expect_response(const Attempt& attempt, int status, std::string_view body);
    /// The attempt failed in one of these ways.
    bool expect_failure(const Attempt& attempt, std::initializer_list<TransportStatus> ways);
    /// The attempt took between these times, in milliseconds.
    bool expect_duration(const Attempt& attempt, long least, long most);
    void skip(std::string reason) { skipped_ = std::move(reason); }
    /// Adds a remark to a check that passes.
    void remark(std::string text) { remark_ = std::move(text); }

    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
    [[nodiscard]] const std::string& skipped() const noexcept { return skipped_; }
    [[nodiscard]] const std::string& remark() const noexcept { return remark_; }

  private:
    Transport& transport_;
    const Options& options_;
    std::mutex mutex_;
    std::string failure_;
    std::string skipped_;
    std::string remark_;
};

/// A listener whose backlog is full, so that a connection to it hangs.
class FullBacklog {
  public:
    FullBacklog();
    ~FullBacklog();
    FullBacklog(const FullBacklog&) = delete;
    FullBacklog& operator=(const FullBacklog&) = delete;
    [[nodiscard]] bool full() const noexcept { return full_; }
    [[nodiscard]] HttpRequest request() const;

  private:
    Server server_;
    int fillers_[4] = {-1, -1, -1, -1};
    bool full_ = false;
};

/// One check of a transport.
struct Check {
    const char* name;
    void (*run)(Context&);
    /// A failure is only a note: the transport is correct, but could be better.
    bool advice = false;
    int limit_seconds = 12;
};
struct Topic {
    const char* name;
    std::vector<Check> checks;
};

Topic request_line_checks();
Topic request_header_checks();
Topic upload_checks();
Topic response_checks();
Topic body_checks();
Topic broken_checks();
Topic time_checks();
Topic stop_checks();
Topic connection_checks();
Topic unasked_checks();
Topic signal_checks();
Topic tls_checks();

/// At most 160 characters of the text, on one line.
[[nodiscard]] std::string shown(std::string_view text);
[[nodiscard]] std::string_view name_of(TransportStatus status) noexcept;
/// The process's resident memory in bytes; 0 when it is unknown.
[[nodiscard]] std::size_t resident_memory();
/// The number of the process's open file descriptors; -1 when it is unknown.
[[nodiscard]] int open_descriptors();
/// Bytes of all values, CRLF and NUL among them, that differ by position.
[[nodiscard]] std::string pattern(std::size_t size);

} // namespace belfry::transport_kit
