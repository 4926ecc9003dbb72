// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace belfry::inline v0::detail {

/// Gives out a request's body piece by piece, wherever it comes from, and never more than `content_length`.
class BodyReader {
  public:
    explicit BodyReader(const HttpRequest& request) : request_(request) {
        if (request.source == nullptr) return;
        block_.resize(64 * 1024);
        if (!request.source->rewind()) failure_ = "the body source cannot be read from its start";
    }
    /// The next piece; empty at the end and after a failure.
    [[nodiscard]] std::string_view next() {
        if (done_ || failure_ != nullptr) return {};
        if (request_.source == nullptr) {
            done_ = true;
            return request_.body;
        }
        const std::int64_t length = request_.content_length;
        std::size_t capacity = block_.size();
        if (length >= 0 && static_cast<std::uint64_t>(length - given_) < capacity)
            capacity = static_cast<std::size_t>(length - given_);
        const std::ptrdiff_t count = capacity == 0 ? 0 : request_.source->read(block_.data(), capacity);
        if (count < 0 || static_cast<std::size_t>(count) > capacity)
            failure_ = "the body source failed";
        else if (count == 0 && given_ < length)
            failure_ = "the body source ended before content_length";
        if (failure_ != nullptr) return {};
        given_ += count;
        done_ = count == 0 || given_ == length;
        return {block_.data(), static_cast<std::size_t>(count)};
    }
    /// Whether the last piece has been given out. A body of unknown length may end with an empty piece.
    [[nodiscard]] bool done() const noexcept { return done_; }
    /// The reason why the source failed; null if it has not failed.
    [[nodiscard]] const char* failure() const noexcept { return failure_; }

  private:
    const HttpRequest& request_;
    std::vector<char> block_;
    std::int64_t given_ = 0;
    bool done_ = false;
    const char* failure_ = nullptr;
};

} // namespace belfry::inline v0::detail
