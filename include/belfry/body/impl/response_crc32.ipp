// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/pass_through.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/crc32.hpp>
#include <belfry/util/number_text.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

class ResponseCrc32 final : public PassThroughHooks {
  public:
    explicit ResponseCrc32(const Operation& operation) noexcept : operation_(operation) {}

    bool check_response(HttpResponse& response, ResponseMetadata&, Error& error) override {
        const auto expected = response.headers.find("x-amz-crc32");
        if (!expected.has_value()) return true;
        std::string actual;
        append_integer_text(actual, std::int64_t{crc32(response.body)});
        if (actual == *expected) return true;
        return fail(error, ErrorKind::transport, "ChecksumMismatch",
                    {operation_.name, ": the response's body has the CRC-32 ", actual,
                     ", but its header x-amz-crc32 says '", *expected, "'; it was changed on its way"});
    }

  private:
    const Operation& operation_;
};

BELFRY_INLINE BodyHooks* make_response_crc32(const Operation& operation, const ClientConfig&,
                                             const CallOptions&, Error&) {
    return new ResponseCrc32(operation);
}

} // namespace belfry::inline v0::detail
