// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// The description that protocols read: a service, its operations, and the protocol itself. The pipeline's
/// part of an operation is `OperationHooks` in `call/operation_hooks.hpp`.
namespace belfry::inline v0 {

struct EndpointRules;
struct Operation;
struct OperationHooks;

/// The parts of a request that Signature Version 4 covers.
enum class RequestSigning : std::uint8_t {
    full,             ///< Headers and body.
    unsigned_payload, ///< Headers only, where TLS protects the body (Smithy `unsignedPayload`).
    none,             ///< Requests are not signed and do not need credentials.
};

/// Options of encoding besides the operation and its input.
struct EncodeOptions {
    /// Written for an idempotency token that the input leaves out; empty to leave it out too.
    std::string_view idempotency_token;
};

/// A wire protocol: from an input to a request without endpoint and signature, and from a response to an
/// output.
struct Protocol {
    /// Smithy's name of the protocol, such as `restJson1`.
    std::string_view name;
    /// Fills in method, `url` (path and query only), headers and body.
    bool (*encode)(const Operation& operation, const void* input, const EncodeOptions& options,
                   HttpRequest& request, Error& error);
    /// Reads the output of a successful response. Where the body holds the request's id, this puts it into
    /// `error`, success or not. If the body holds an error of the service in place of the output, `error` has
    /// the kind `service`. May take the body of a response whose output views it (`belfry/borrowed.hpp`).
    bool (*decode)(const Operation& operation, HttpResponse& response, const DecodeOptions& options,
                   void* output, Error& error);
    /// Fills in code and message of an error response, and the request's id if the body holds it. Ignores a
    /// body that cannot be read.
    void (*decode_error)(const Operation& operation, const HttpResponse& response, Error& error);
    /// Reads the members of a modelled exception.
    bool (*decode_exception)(const HttpResponse& response, const Structure& structure,
                             const DecodeOptions& options, void* exception, Error& error);
    /// Gives the name of the exception's shape, where a response has it beside the code that `decode_error`
    /// found; null for protocols that name an error once.
    void (*read_error_shape)(const HttpResponse& response, std::string& shape) = nullptr;
};

/// Whether a service takes bearer tokens, by the order of the ways to authenticate in its model.
enum class BearerTokens : std::uint8_t {
    none,      ///< Only signatures.
    accepted,  ///< Signatures come first.
    preferred, ///< Signatures come second.
    required,  ///< Only tokens.
};

/// A service, as its operations know it.
struct Service {
    /// The SDK id, such as `Chime SDK Voice`.
    std::string_view id;
    /// The name of its folder and command, such as `chime-sdk-voice`.
    std::string_view name;
    std::string_view api_version;
    /// The service part of a signature's scope.
    std::string_view signing_name;
    const Protocol* protocol;
    const EndpointRules* endpoint_rules;
    /// S3 signs the path as it is sent; everyone else encodes it once more and removes dot segments.
    bool sign_path_verbatim = false;
    /// JSON protocols: the prefix of `X-Amz-Target`.
    std::string_view target_prefix = {};
    /// RPC protocols: the version that JSON content types carry.
    std::string_view json_version = {};
    /// XML protocols: the default namespace; null for none.
    const XmlNamespace* xml_namespace = nullptr;
    /// Errors carry the code they had in the query protocol too (Smithy `awsQueryCompatible`).
    bool query_compatible = false;
    /// XML protocols: an error's element is the document itself (Smithy `restXml` `noErrorWrapping`).
    bool no_error_wrapping = false;
    /// RPC protocols: the service's shape name, where a path needs it (Smithy RPC v2).
    std::string_view shape_name = {};
    /// JSON protocols: the members that say which error a body is, if not those of `detail::JsonErrorBody`.
    const Structure* error_body = nullptr;
    /// The endpoint rules take parameters from the client (`ClientConfig::endpoint_options`).
    bool endpoint_options = false;
    /// The endpoint rules take the account of the credentials.
    bool endpoint_account = false;
    BearerTokens bearer_tokens = BearerTokens::none;
    /// `RetryOptions::max_attempts`, unless the client sets it.
    std::uint8_t max_attempts = 3;
    /// `RetryOptions::base_delay`, unless the client sets it.
    Duration base_delay = Duration::milliseconds(50);
};

/// An error code that the model marks as retryable (Smithy `retryable`).
struct RetryableError {
    std::string_view code;
    bool throttling = false;
};

/// An operation as its protocol sees it. Generated headers describe one with `belfry_describe_operation`.
struct Operation {
    const Service* service;
    std::string_view name;
    std::string_view method;
    /// The path template, with `{Label}`, `{Label+}` and a literal query.
    std::string_view uri;
    std::uint16_t success_status;
    const Structure* input;
    const Structure* output;
    RequestSigning signing = RequestSigning::full;
    /// RPC v2 protocols: the model gives the operation no input, not even an empty one (Smithy `Unit`).
    bool unit_input = false;
    /// The service keeps the request until it has something to answer (Smithy `longPoll`). A call that fails
    /// because the client has used up its retries ends after the wait that a retry would have had.
    bool long_poll = false;
    /// XML protocols: the whole output is the document's root element (S3's `GetBucketLocation`; Smithy
    /// `s3UnwrappedXmlOutput`).
    bool unwrapped_output = false;
    /// The media type of a string or blob payload (Smithy `mediaType`); empty for the protocol's default.
    std::string_view payload_media_type = {};
    std::span<const RetryableError> retryable_errors = {};
    /// REST protocols: `detail::encode_query_and_headers` if an input member is bound to the query or to a
    /// header; null otherwise, so that a program without such an operation does not compile it.
    bool (*encode_query_and_headers)(const Operation& operation, const void* input,
                                     const EncodeOptions& options, HttpRequest& request,
                                     Error& error) = nullptr;
    /// Steps of a call that this operation and few others have; null for most operations.
    const OperationHooks* hooks = nullptr;

    /// The entry for an error code that the model calls worth a retry; null if there is none.
    [[nodiscard]] constexpr const RetryableError* find_retryable(std::string_view code) const noexcept {
        for (const RetryableError& retryable : retryable_errors)
            if (retryable.code == code) return &retryable;
        return nullptr;
    }
    /// Whether a response with this status carries the output.
    [[nodiscard]] constexpr bool succeeds(int status) const noexcept {
        return (status >= 200 && status < 300) || status == success_status;
    }
};

namespace detail {
/// The tables that a library has: see `operation/compiled_tables.hpp`. `C` is a service's client.
template <class C> struct CompiledService {
    static const Service table;
};
template <class O> struct CompiledOperation {
    static const Operation table;
};
template <class O>
inline constexpr Operation operation_table = belfry_describe_operation(static_cast<const O*>(nullptr));
} // namespace detail

/// The one `Operation` of a generated operation tag. A reference in either case, so that a source file for
/// which the table is in a library and one that makes it itself can be in one program.
template <class O> inline constexpr const Operation& operation_of = detail::operation_table<O>;
template <class O>
    requires(O::is_compiled)
inline constexpr const Operation& operation_of<O> = detail::CompiledOperation<O>::table;

} // namespace belfry::inline v0
