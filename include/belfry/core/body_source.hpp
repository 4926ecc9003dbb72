// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>

namespace belfry::inline v0 {

/// A request body that is read piece by piece. A transport rewinds it before it reads, so that a retry sends
/// the same bytes again.
class BodySource {
  public:
    virtual ~BodySource() = default;
    /// Fills up to `capacity` bytes and returns how many; 0 means the end, a negative number a failure.
    virtual std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept = 0;
    /// Goes back to the first byte; false when the source cannot. One that can be read only once returns true
    /// while nothing has been read.
    virtual bool rewind() noexcept = 0;
    /// Why the source cannot be read, such as `cannot open 'a.txt': No such file or directory`; empty if it
    /// can. A call is refused with this text before it is sent, or fails with it.
    [[nodiscard]] virtual std::string failure() const { return {}; }
};

} // namespace belfry::inline v0
