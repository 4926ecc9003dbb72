// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>

#include "line.hpp"
#include "table.hpp"

#include <string>
#include <string_view>

namespace belfry_wire {

/// Answers lines the way a client's calls would.
class Answerer {
  public:
    /// `idempotency_token` is sent where the parameters leave one out; empty for random ones.
    Answerer(const belfry::ClientConfig& config, std::string_view idempotency_token);

    /// The answer to a line, without a line break.
    [[nodiscard]] std::string answer(std::string_view text);

  private:
    void answer_request(const OperationEntry& entry, const Line& line, std::string& out);
    void answer_response(const OperationEntry& entry, belfry::HttpResponse response, std::string& out);

    /// The configuration that a line's "client" changes.
    belfry::ClientConfig config_;
    /// Responses have a separate client: what calls learn from a service's clock must not change how
    /// later requests are signed.
    belfry::ClientCore requests_;
    belfry::ClientCore responses_;
    std::string_view idempotency_token_;
};

} // namespace belfry_wire
