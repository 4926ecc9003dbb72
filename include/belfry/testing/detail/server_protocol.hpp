// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/config.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The service's side of a protocol: it reads what clients write, and writes what they read.
namespace belfry::inline v0::testing {

/// A request as a service gets it.
struct ReceivedRequest {
    std::string method{};
    /// Percent-encoded, with a leading `/`.
    std::string path{};
    /// Percent-encoded, without the `?`.
    std::string query{};
    Headers headers{};
    /// Without the chunks of `aws-chunked`.
    std::string body{};
};

/// A code, and the status that it comes with.
struct Refusal {
    std::string_view code;
    int status;
};

/// The answers of a protocol's services to requests that they do not accept.
struct Refusals {
    /// There is no operation of that name.
    Refusal unknown_operation;
    /// The request is not one of the protocol: broken JSON, a text in place of a number.
    Refusal malformed;
    /// A member is missing, or has a value that the model does not allow.
    Refusal invalid;
    /// There is no signature.
    Refusal unsigned_request;
    /// The signature's header or parameters lack a part.
    Refusal incomplete_signature;
    /// The access key or the session token is not the configured one.
    Refusal unknown_key;
    /// The signature is another one than this request's.
    Refusal wrong_signature;
    /// The time of signing is too far from the service's.
    Refusal wrong_time;
};

/// A modelled exception that a handler returned.
struct ModelledException {
    /// Null for an error that is only a code and a message.
    const Structure* structure = nullptr;
    const void* object = nullptr;
};

/// The service's side of a wire protocol. `belfry::Protocol` is the client's.
struct ServerProtocol {
    /// Smithy's name of the protocol, such as `restJson1`.
    std::string_view name;
    Refusals refusals;
    /// How well a request fits an operation: 0 if it is for another one, and the more of it the model names
    /// the larger.
    unsigned (*match)(const Operation& operation, const ReceivedRequest& request);
    /// Reads a request into an input that holds nothing yet. False, with the answer's code, message and
    /// status in `error`, if the service would refuse it.
    bool (*decode)(const Operation& operation, const ReceivedRequest& request, void* input, Error& error);
    /// Writes a successful response. False if the protocol cannot carry the output.
    bool (*encode)(const Operation& operation, const void* output, std::string_view request_id,
                   HttpResponse& response, Error& error);
    /// Writes an error response. `error` holds code, message and status. False if the protocol cannot carry
    /// the exception.
    bool (*encode_error)(const Service& service, const Error& error, const ModelledException& exception,
                         std::string_view request_id, HttpResponse& response, std::string& fault);
    /// In place of `refusals` for services whose errors do not have a wrapper (Smithy `restXml`
    /// `noErrorWrapping`), such as Amazon S3; null for the same.
    const Refusals* unwrapped_refusals = nullptr;
    /// The media type of inputs, for protocols that send them in the message `initial-request` in front of
    /// events; null for protocols that do not.
    std::string (*document_type)(const Service& service) = nullptr;

    [[nodiscard]] constexpr const Refusals& refusals_of(const Service& service) const noexcept {
        return service.no_error_wrapping && unwrapped_refusals != nullptr ? *unwrapped_refusals : refusals;
    }
};

namespace detail {

/// The one of `rules` whose `operation()` fits the request best; null if none does.
template <class Rule>
[[nodiscard]] Rule* find_rule(const ServerProtocol& protocol, const std::vector<std::unique_ptr<Rule>>& rules,
                              const ReceivedRequest& request) {
    Rule* best = nullptr;
    unsigned best_score = 0;
    for (const auto& rule : rules) {
        const unsigned score = protocol.match(rule->operation(), request);
        if (score <= best_score) continue;
        best = rule.get();
        best_score = score;
    }
    return best;
}

/// Makes `error` the answer to a request that is not accepted. Always false.
BELFRY_COLD inline bool refuse(Error& error, const Refusal& refusal, std::string_view message) {
    error.http_status = refusal.status;
    return belfry::detail::fail(error, ErrorKind::service, refusal.code, message);
}

} // namespace detail
} // namespace belfry::inline v0::testing
