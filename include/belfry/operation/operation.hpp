// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

struct ApiKeyTraits;
struct CallOptions;
struct ChecksumTraits;
struct ClientConfig;
struct Credentials;
struct Endpoint;
struct EndpointRules;
struct EventStreamTraits;
struct Operation;
struct PresignedParameter;
struct SigningOptions;

namespace detail {
class CallBody;
struct PreparedRequest;
} // namespace detail

/// How an operation's requests are authenticated.
enum class Auth : std::uint8_t {
    sigv4,            ///< AWS Signature Version 4 over headers and body
    unsigned_payload, ///< Signature Version 4 that leaves the body out where TLS protects it
    none,             ///< no signature
};

/// What came of `OperationExtras::authorize`.
enum class Authorization : std::uint8_t {
    done,     ///< The request can be sent.
    unneeded, ///< It is to be signed after all.
    failed,   ///< The error says why.
};

/// What a protocol needs to know beside the operation and its input.
struct EncodeOptions {
    /// Written for an idempotency token that the input leaves out; empty to leave it out too.
    std::string_view idempotency_token;
};

/// Limits that hold for a response whoever sent it.
struct DecodeOptions {
    /// How deep a document may nest.
    std::size_t max_depth = 128;
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
    /// `error`, success or not.
    bool (*decode)(const Operation& operation, const HttpResponse& response, const DecodeOptions& options,
                   void* output, Error& error);
    /// Fills in code and message of an error response, and the request's id if the body holds it; a body that
    /// cannot be read is no reason to fail.
    void (*decode_error)(const Operation& operation, const HttpResponse& response, Error& error);
    /// Reads the members of a modelled exception.
    bool (*decode_exception)(const HttpResponse& response, const Structure& structure,
                             const DecodeOptions& options, void* exception, Error& error);
    /// Gives the name of the exception's shape, where a response has it beside the code that `decode_error`
    /// found; null for protocols that name an error once.
    void (*read_error_shape)(const HttpResponse& response, std::string& shape) = nullptr;
    /// Whether a response whose status is one of success is an error all the same; if so, gives it the status
    /// that such an error stands for. Null for protocols whose statuses can be relied on.
    bool (*reveal_error)(const Operation& operation, HttpResponse& response) = nullptr;
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
    /// The endpoint rules take parameters from the client (`ClientConfig::endpoint_options`).
    bool endpoint_options = false;
    /// The endpoint rules take the account of the credentials.
    bool endpoint_account = false;
};

/// An error code that the model calls worth a retry (Smithy `retryable`).
struct RetryableError {
    std::string_view code;
    bool throttling;
};

/// A value that an operation gives to a parameter of the endpoint rules.
struct EndpointParameterBinding {
    std::string_view parameter;
    /// The input member that gives it, by its name in the model; empty for a constant.
    std::string_view member;
    /// The constant: a string, or `true` or `false` if `boolean`.
    std::string_view value;
    bool boolean = false;
    /// The member becomes part of the URL, so that it must be there, as if the path had a label for it.
    bool in_url = false;
    /// The constant, if it is a list.
    const std::string_view* values = nullptr;
    std::size_t value_count = 0;
    /// A JMESPath expression over the input that gives a list or a string; empty for none.
    std::string_view path = {};
    /// Whether what the path gives is a list.
    bool list = false;
};

/// A change of an input member before it is sent.
struct InputRule {
    /// By its name in the model.
    std::string_view member;
    /// Sent where the member is absent or empty; empty for nothing.
    std::string_view fallback;
    /// Sends only what stands behind the last slash.
    bool last_segment = false;
};

/// The changes of an operation's input, and how to make them in a copy.
struct InputRules {
    const InputRule* rules;
    std::size_t count;
    void* (*copy)(const void* input);
    void (*destroy)(void* input) noexcept;
};

/// A header that every request of an operation carries, unless the input sets it.
struct ConstantHeader {
    std::string_view name;
    std::string_view value;
};

/// What few operations have. The generated header of an operation includes what these point to, so that other
/// programs do not compile it.
struct OperationExtras {
    /// The whole output is the document's root element (S3's `GetBucketLocation`; Smithy
    /// `s3UnwrappedXmlOutput`).
    bool unwrapped_output = false;
    /// The output's payload may be handed on piece by piece (`CallOptions::response_body`).
    bool streaming_output = false;
    /// Encodes the request in place of the protocol: calls that for an input that `input_rules` have changed,
    /// adds `headers` and heeds `query_as_form`.
    bool (*encode)(const Operation& operation, const void* input, const EncodeOptions& options,
                   HttpRequest& request, Error& error) = nullptr;
    const InputRules* input_rules = nullptr;
    const ConstantHeader* headers = nullptr;
    std::size_t header_count = 0;
    /// Sends the query as form data, since it may be longer than a URL (Amazon CloudSearch).
    bool query_as_form = false;
    /// Has the members of the body in the query of a GET when it is presigned (Amazon Polly).
    bool presign_as_query = false;
    /// Lets the request's body be read from the `StreamingBlob` that is the input's payload, or makes it the
    /// beginning of an event stream.
    bool (*encode_streaming_payload)(const Operation& operation, const void* input, HttpRequest& request,
                                     Error& error) = nullptr;
    /// Authenticates the request in another way than with Signature Version 4.
    Authorization (*authorize)(const Operation& operation, const Credentials& credentials,
                               const SigningOptions& signing, HttpRequest& request, Error& error) = nullptr;
    /// Where an API key goes, if that is what `authorize` sends.
    const ApiKeyTraits* api_key = nullptr;
    const PresignedParameter* presigned_parameter = nullptr;
    /// Makes what handles the bodies of one call; set if anything below is, or if one of them streams.
    detail::CallBody* (*make_call_body)(const Operation& operation, const ClientConfig& config,
                                        const CallOptions& options) = nullptr;
    /// Compresses the request's body (Smithy `requestCompression`).
    bool (*compress_request)(const Operation& operation, const ClientConfig& config, HttpRequest& request,
                             detail::CallBody& body, Error& error) = nullptr;
    /// Adds checksums to the request, and asks for some in the response (Smithy `httpChecksum`).
    bool (*add_checksums)(const Operation& operation, const void* input, const ClientConfig& config,
                          detail::PreparedRequest& prepared, detail::CallBody& body, Error& error) = nullptr;
    const ChecksumTraits* checksum = nullptr;
    /// Events are sent or received while the call lasts (Smithy `streaming` unions).
    const EventStreamTraits* event_stream = nullptr;
};

/// An operation, as the pipeline and the protocols see it.
struct Operation {
    const Service* service;
    std::string_view name;
    std::string_view method;
    /// The path template, with `{Label}`, `{Label+}` and a literal query.
    std::string_view uri;
    std::uint16_t success_status;
    const Structure* input;
    const Structure* output;
    Auth auth = Auth::sigv4;
    /// RPC v2 protocols: the model gives the operation no input, not even an empty one (Smithy `Unit`).
    bool unit_input = false;
    /// A prefix of the host name, with `{Label}`; empty for most operations.
    std::string_view host_prefix = {};
    /// The media type of a string or blob payload (Smithy `mediaType`); empty for the protocol's default.
    std::string_view payload_media_type = {};
    const RetryableError* retryable_errors = nullptr;
    std::size_t retryable_error_count = 0;
    const EndpointParameterBinding* endpoint_parameters = nullptr;
    std::size_t endpoint_parameter_count = 0;
    /// Null for most operations.
    const OperationExtras* extras = nullptr;

    /// What few operations need. `operation_of` sets these where it is needed, so that programs without such
    /// an operation do not even compile it.
    bool (*encode_query_and_headers)(const Operation& operation, const void* input,
                                     const EncodeOptions& options, HttpRequest& request,
                                     Error& error) = nullptr;
    bool (*add_host_prefix)(const Operation& operation, const void* input, std::string& url,
                            Error& error) = nullptr;
    /// Finds the endpoint with what the operation, its input and the client tell the rules.
    bool (*find_endpoint)(const Operation& operation, const void* input, const ClientConfig& config,
                          Endpoint& endpoint, Error& error) = nullptr;
};

namespace detail {

/// Writes the members that are bound to the query or to headers.
BELFRY_INLINE bool encode_query_and_headers(const Operation& operation, const void* input,
                                            const EncodeOptions& options, HttpRequest& request, Error& error);
/// Puts the operation's host prefix in front of the endpoint's host (Smithy `endpoint` trait).
BELFRY_INLINE bool add_host_prefix(const Operation& operation, const void* input, std::string& url,
                                   Error& error);
/// Finds the endpoint with the parameters that the operation, its input and the client give.
BELFRY_INLINE bool find_operation_endpoint(const Operation& operation, const void* input,
                                           const ClientConfig& config, Endpoint& endpoint, Error& error);

[[nodiscard]] constexpr bool binds_query_or_headers(const Structure& input) noexcept {
    for (std::size_t i = 0; i < input.count; ++i) {
        const Location location = input.members[i].location;
        if (location != Location::body && location != Location::label && location != Location::payload)
            return true;
    }
    return false;
}

/// What every encoding of an input does: the protocol's part, then what the operation has beside it.
[[nodiscard]] inline bool encode_request(const Operation& operation, const void* input,
                                         const EncodeOptions& options, HttpRequest& request, Error& error) {
    const OperationExtras* const extras = operation.extras;
    if (extras == nullptr)
        return operation.service->protocol->encode(operation, input, options, request, error);
    const auto encode = extras->encode != nullptr ? extras->encode : operation.service->protocol->encode;
    return encode(operation, input, options, request, error) &&
           (extras->encode_streaming_payload == nullptr ||
            extras->encode_streaming_payload(operation, input, request, error));
}

template <class O> [[nodiscard]] constexpr Operation make_operation() noexcept {
    constexpr Operation described = belfry_describe_operation(static_cast<const O*>(nullptr));
    Operation operation = described;
    if constexpr (binds_query_or_headers(*described.input))
        operation.encode_query_and_headers = &encode_query_and_headers;
    if constexpr (!described.host_prefix.empty()) operation.add_host_prefix = &add_host_prefix;
    if constexpr (described.find_endpoint == nullptr &&
                  (described.endpoint_parameter_count != 0 || described.service->endpoint_options ||
                   described.service->endpoint_account))
        operation.find_endpoint = &find_operation_endpoint;
    return operation;
}

} // namespace detail

/// The one `Operation` of a generated operation tag.
template <class O> inline constexpr Operation operation_of = detail::make_operation<O>();

} // namespace belfry::inline v0
