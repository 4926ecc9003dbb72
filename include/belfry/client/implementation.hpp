// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/call.hpp>
#include <belfry/client/client.hpp>
#include <belfry/client/state.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace belfry::inline v0::detail {

/// Collects a response in memory, within the client's limit.
class BufferSink final : public ResponseSink {
  public:
    BufferSink(std::size_t limit, const CancellationToken* cancellation) noexcept
        : limit_(limit), cancellation_(cancellation) {}
    [[gnu::cold]] bool on_head(int status, Headers headers) noexcept override {
        response.status = status;
        response.headers = std::move(headers);
        response.body.clear();
        return true;
    }
    [[gnu::noinline]] bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (limit_ != 0 && bytes.size() > limit_ - response.body.size()) {
            too_large = true;
            return false;
        }
#if defined(__cpp_exceptions)
        // A large body must not end the program.
        try {
            response.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        } catch (...) {
            too_large = true;
            return false;
        }
#else
        response.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
#endif
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return cancellation_ != nullptr && cancellation_->is_cancelled();
    }

    HttpResponse response{};
    bool too_large = false;

  private:
    std::size_t limit_;
    const CancellationToken* cancellation_;
};

BELFRY_BOUNDARY inline bool run_call(const ClientCore& core, const Operation& operation, const void* input,
                                     void* output, const CallOptions& options, ResultBase& result) {
    Call call(core, operation, options);
    Call::Step step = call.start(input);
    while (step != Call::Step::done) {
        if (step == Call::Step::wait) {
            sleep_unless_cancelled(environment_of(core), call.delay(), options.cancellation);
            step = call.on_waited();
            continue;
        }
        BufferSink sink(core.config().max_response_bytes, options.cancellation);
        TransportResult sent = core.transport().send(call.request(), sink);
        if (sent.status == TransportStatus::ok && (sink.response.status < 100 || sink.response.status > 999))
            sent = {TransportStatus::failed,
                    "the transport reported success without a response that has a status"};
        step = sent.status == TransportStatus::ok && !sink.too_large
                   ? call.on_response(std::move(sink.response))
                   : call.on_failure(sent, sink.too_large);
    }
    return call.finish(output, result);
}

BELFRY_INLINE bool invoke(const ClientCore& core, const Operation& operation, const void* input, void* output,
                          const CallOptions& options, ResultBase& result) {
    return run_call(core, operation, input, output, options, result);
}

} // namespace belfry::inline v0::detail
