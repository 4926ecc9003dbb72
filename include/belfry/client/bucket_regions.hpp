// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/client/client.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/optional.hpp>
#include <belfry/core/result.hpp>
#include <belfry/core/streaming_blob.hpp>
#include <belfry/endpoint/directory_bucket.hpp>
#include <belfry/endpoint/region.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

namespace detail {

/// The places of a region in an answer of S3 that sends a request elsewhere.
struct BucketRedirect {
    Optional<std::string> in_header{};
    Optional<std::string> in_body{};

    template <std::same_as<BucketRedirect> S> friend constexpr Description<2> belfry_describe(const S*) {
        return {.name = "BucketRedirect",
                .members = {{"x-amz-bucket-region", type_of<decltype(S::in_header)>, offsetof(S, in_header),
                             Location::header},
                            {"Region", type_of<decltype(S::in_body)>, offsetof(S, in_body)}}};
    }
};

/// The region in which S3 says the bucket of a failed call is; empty if the error is another one, or does not
/// tell. These are the answers after which botocore repeats a request.
[[nodiscard]] BELFRY_COLD inline std::string region_of_redirect(const Operation& operation,
                                                                const Error& error) {
    const ExceptionSource* const source = exception_source(error);
    if (error.kind != ErrorKind::service || source == nullptr) return {};
    Structure structure = structure_of<BucketRedirect>;
    structure.error_code = error.code;
    BucketRedirect redirect;
    if (!source->decode(structure, error.code, &redirect)) return {};
    const int status = error.http_status;
    const bool elsewhere =
        status == 301 || status == 302 || status == 307 || error.code == "PermanentRedirect" ||
        (error.code == "AuthorizationHeaderMalformed" && redirect.in_body) ||
        (error.code == "IllegalLocationConstraintException" && operation.name != "CreateBucket") ||
        // The answer to a HEAD has no code.
        (status == 400 && operation.method == "HEAD" && redirect.in_header);
    std::string region;
    if (elsewhere && redirect.in_header)
        region = *redirect.in_header;
    else if (elsewhere && redirect.in_body)
        region = *redirect.in_body;
    if (!is_valid_region(region)) region.clear();
    return region;
}

/// The bucket that the input names, if its region can be another one than the client's: ARNs name their
/// region, and directory buckets have their zone in their name. Empty otherwise.
[[nodiscard]] BELFRY_COLD inline std::string_view movable_bucket(const Operation& operation,
                                                                 const void* input) {
    if (operation.hooks == nullptr) return {};
    for (const EndpointParameterBinding& binding : operation.hooks->endpoint_parameters) {
        if (binding.parameter != "Bucket" || binding.member.empty()) continue;
        const void* value = nullptr;
        const Member* const member = find_member_value(*operation.input, input, binding.member, value);
        if (member == nullptr || value == nullptr || member->type->kind != Kind::string) break;
        const std::string_view bucket = *static_cast<const std::string*>(value);
        if (bucket.starts_with("arn:") || is_directory_bucket(bucket)) break;
        return bucket;
    }
    return {};
}

/// Makes the input's body ready to be sent again; false if that is not possible.
[[nodiscard]] BELFRY_COLD inline bool rewind_input(const Structure& input, const void* object) {
    for (std::size_t i = 0; i < input.count; ++i) {
        const Member& member = input.members[i];
        if (!member.type->streaming) continue;
        const auto* const blob =
            static_cast<const StreamingBlob*>(slot_value(*member.type, member.slot(object)));
        if (blob != nullptr && blob->source() != nullptr && !blob->source()->rewind()) return false;
    }
    return true;
}

/// The options of a call that begins when another one with these options has ended; false if the deadline has
/// passed.
[[nodiscard]] BELFRY_COLD inline bool limit_second_call(const ClientCore& core, Duration started,
                                                        CallOptions& options) {
    if (options.deadline.count() == 0) options.deadline = core.config().deadline;
    if (options.deadline.count() <= 0) return true;
    const std::int64_t elapsed = core.environment().steady_time().count() - started.count();
    options.deadline = Duration::nanoseconds(options.deadline.count() - (elapsed > 0 ? elapsed : 0));
    return options.deadline.count() > 0;
}

} // namespace detail

/// Calls operations of Amazon S3 in the region of their bucket. A call begins in the region that was found
/// for the bucket before, else in the first one. If S3 answers that the bucket is in another region, the call
/// is made once more there, and the region is remembered. Threads may share it.
///
///     belfry::BucketRegions regions("us-east-1", [&](std::string region) {
///         return s3::Client{{.region = std::move(region), .credentials = keys}, transport};
///     });
///     auto object = regions.call(s3::operations::GetObject_{}, {.bucket = "b", .key = "k"});
///
/// `Make` makes the client of a region, when it is needed; clients of the same region share their calls'
/// state. ARNs and directory buckets are always called by the client of the first region. Answers that do not
/// tell the region stay errors.
template <class Make> class BucketRegions {
  public:
    using Client = std::remove_cvref_t<std::invoke_result_t<Make&, std::string>>;
    /// Beyond as many buckets, all are forgotten.
    static constexpr std::size_t max_buckets = 10'000;
    /// Clients of other regions than these many are not made; an answer that asks for one stays an error.
    static constexpr std::size_t max_regions = 100;

    BucketRegions(std::string region, Make make) : first_(std::move(region)), make_(std::move(make)) {}
    BucketRegions(const BucketRegions&) = delete;
    BucketRegions& operator=(const BucketRegions&) = delete;

    /// Calls `O`. The result is that of the last request; its attempts are all of them. A deadline in
    /// `options`, or else the client's, limits both calls together. A body that cannot be read again is an
    /// error that says so.
    template <class O>
    [[nodiscard]] Result<typename O::Output> call(const O& operation, const typename O::Input& input,
                                                  CallOptions options = {}) {
        const Client& before = client_for(operation, input);
        const Duration started = before.core().environment().steady_time();
        Result<typename O::Output> result = detail::invoke<O>(before.core(), input, options);
        if (result || !learn(before, operation, input, result.error())) return result;
        if (!detail::rewind_input(*operation_of<O>.input, &input)) {
            detail::append_text(result.error().message,
                                "; not repeated in the bucket's region: the body's source cannot be rewound");
            return result;
        }
        if (!detail::limit_second_call(before.core(), started, options)) {
            detail::append_text(result.error().message,
                                "; not repeated in the bucket's region: the call's deadline has passed");
            return result;
        }
        const int attempts = result.metadata().attempts;
        options.region = {};
        Result<typename O::Output> second =
            detail::invoke<O>(client_for(operation, input).core(), input, options);
        second.metadata().attempts += attempts;
        if (!second) second.error().attempts += attempts;
        return second;
    }

    /// The client for a bucket, by what is known of its region: for pages, waiters, presigned URLs and
    /// asynchronous calls. Valid as long as this object.
    [[nodiscard]] const Client& client(std::string_view bucket) {
        const std::lock_guard lock(mutex_);
        const auto known = regions_.find(bucket);
        return client_of(known != regions_.end() ? known->second : first_);
    }

    /// Takes the error of a call that `used`, a client of this object, made. True if it tells another region
    /// of the bucket than that client's; then a call may succeed by the client that `client` now returns.
    template <class O>
    [[nodiscard]] bool learn(const Client& used, const O&, const typename O::Input& input,
                             const Error& error) {
        const std::string_view bucket = detail::movable_bucket(operation_of<O>, &input);
        if (bucket.empty()) return false;
        const std::string region = detail::region_of_redirect(operation_of<O>, error);
        // Another thread may have learnt the region meanwhile, so compare it with that of the call.
        return !region.empty() && region != used.core().config().region && remember(bucket, region);
    }

  private:
    template <class O> [[nodiscard]] const Client& client_for(const O&, const typename O::Input& input) {
        return client(detail::movable_bucket(operation_of<O>, &input));
    }
    [[nodiscard]] bool remember(std::string_view bucket, const std::string& region) {
        const std::lock_guard lock(mutex_);
        if (clients_.size() >= max_regions && clients_.find(region) == clients_.end()) return false;
        const auto known = regions_.find(bucket);
        if (known != regions_.end()) {
            known->second = region;
            return true;
        }
        if (regions_.size() >= max_buckets) regions_.clear();
        regions_.emplace(bucket, region);
        return true;
    }
    [[nodiscard]] const Client& client_of(const std::string& region) {
        const auto at = clients_.find(region);
        return at != clients_.end() ? at->second : clients_.emplace(region, make_(region)).first->second;
    }

    std::string first_;
    Make make_;
    std::mutex mutex_{};
    /// The regions of buckets that are not in the first one.
    std::map<std::string, std::string, std::less<>> regions_{};
    /// By region. A client stays where it is.
    std::map<std::string, Client, std::less<>> clients_{};
};

} // namespace belfry::inline v0
