// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace belfry::inline v0::detail {

/// Collects a response in memory, within the client's limit.
class BufferSink final : public ResponseSink {
  public:
    BufferSink(std::size_t limit, const CancellationToken* cancellation, Environment& environment) noexcept
        : limit_(limit), cancellation_(cancellation), environment_(environment) {}
    BELFRY_COLD bool on_head(int status, Headers headers) noexcept override {
        head_time = environment_.now();
        response.status = status;
        response.headers = std::move(headers);
        response.headers.replace_line_breaks();
        response.body.clear();
        return true;
    }
    BELFRY_NOINLINE bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (limit_ != 0 && bytes.size() > limit_ - response.body.size()) {
            too_large = true;
            return false;
        }
#if defined(__cpp_exceptions)
        // A body too large for memory must not terminate the program.
        try {
            append_text(response.body, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        } catch (...) {
            out_of_memory = true;
            return false;
        }
#else
        append_text(response.body, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
#endif
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return cancellation_ != nullptr && cancellation_->is_cancelled();
    }

    HttpResponse response{};
    /// When the head came in, by the local clock.
    Timestamp head_time{};
    /// Whether the body is larger than the limit.
    bool too_large = false;
    /// Whether there was no memory for the body.
    bool out_of_memory = false;

  private:
    std::size_t limit_;
    const CancellationToken* cancellation_;
    Environment& environment_;
};

} // namespace belfry::inline v0::detail
