// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/endpoint/partitions.hpp>
#include <belfry/endpoint/region.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/presign/option_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

inline constexpr std::string_view token_scheme = "https://";

[[nodiscard]] BELFRY_COLD inline bool check_token_host(std::string_view option, std::string_view host,
                                                       Error& error) {
    if (host.empty()) return reject_option(error, option, "is empty; give the host name");
    // A dot at the end means that the name is complete (RFC 1034 section 3.1).
    if (host.ends_with('.')) host.remove_suffix(1);
    return is_host_label(host, true) ||
           reject_option(error, option, "must be a host name, without scheme, port or path");
}

[[nodiscard]] BELFRY_COLD inline bool check_token_region(std::string_view region, Error& error) {
    if (region.empty()) return reject_option(error, "region", "is empty; give the region");
    return is_valid_region(region) || reject_option(error, "region", "must be a region such as us-east-1");
}

/// Presigns a GET request in place.
[[nodiscard]] BELFRY_COLD inline bool sign_token(const Credentials& credentials,
                                                 const SigningOptions& options, HttpRequest& request,
                                                 Error& error) {
    if (credentials.anonymous) return reject_anonymous(error);
    request.method = "GET";
    const SigningFailure failure = sign(request, credentials, options, &presigning_steps);
    return failure.code == nullptr || fail(error, failure.kind, failure.code, failure.message);
}

/// The same, and returns the URL without its scheme.
[[nodiscard]] BELFRY_COLD inline Result<std::string>
sign_database_token(const Credentials& credentials, const SigningOptions& options, HttpRequest& request) {
    Error error;
    if (!sign_token(credentials, options, request, error)) return error;
    request.url.erase(0, token_scheme.size());
    return std::move(request.url);
}

} // namespace detail

BELFRY_INLINE Result<std::string> rds_auth_token(const Credentials& credentials, Timestamp now,
                                                 const RdsTokenOptions& options) {
    Error error;
    if (!detail::check_token_host("host", options.host, error)) return error;
    if (options.port < 1 || options.port > 65'535) {
        detail::reject_option(error, "port", "must be 1 to 65535");
        return error;
    }
    if (options.user.empty() || !detail::is_plain_text(options.user)) {
        detail::reject_option(error, "user",
                              options.user.empty() ? "is empty; give the user of the database"
                                                   : "must be UTF-8 without control characters");
        return error;
    }
    if (!detail::check_token_region(options.region, error)) return error;
    if (options.expires_seconds < 1 || options.expires_seconds > 900) {
        detail::reject_option(error, "expires_seconds", "must be 1 to 900");
        return error;
    }
    HttpRequest request;
    detail::append_text(request.url, detail::token_scheme);
    detail::append_text(request.url, options.host);
    detail::append_char(request.url, ':');
    detail::append_integer_text(request.url, options.port);
    detail::append_text(request.url, "/?Action=connect&DBUser=");
    append_percent_encoded(request.url, options.user);
    const SigningOptions signing{.service = "rds-db",
                                 .region = options.region,
                                 .time = now,
                                 .expires_seconds = options.expires_seconds,
                                 .crypto = options.crypto};
    return detail::sign_database_token(credentials, signing, request);
}

BELFRY_INLINE Result<std::string> dsql_auth_token(const Credentials& credentials, Timestamp now,
                                                  const DsqlTokenOptions& options) {
    Error error;
    if (!detail::check_token_host("host", options.host, error)) return error;
    if (!detail::check_token_region(options.region, error)) return error;
    if (options.expires_seconds < 1 || options.expires_seconds > 604'800) {
        detail::reject_option(error, "expires_seconds", "must be 1 to 604800");
        return error;
    }
    HttpRequest request;
    detail::append_text(request.url, detail::token_scheme);
    detail::append_text(request.url, options.host);
    detail::append_text(request.url, options.admin ? "/?Action=DbConnectAdmin" : "/?Action=DbConnect");
    const SigningOptions signing{.service = "dsql",
                                 .region = options.region,
                                 .time = now,
                                 .expires_seconds = options.expires_seconds,
                                 .crypto = options.crypto};
    return detail::sign_database_token(credentials, signing, request);
}

BELFRY_INLINE Result<EksToken> eks_token(const Credentials& credentials, Timestamp now,
                                         const EksTokenOptions& options) {
    Error error;
    if (!detail::is_visible_ascii(options.cluster)) {
        detail::reject_option(error, "cluster",
                              options.cluster.empty() ? "is empty; give the name of the cluster"
                                                      : "must be ASCII without spaces or control characters");
        return error;
    }
    if (!detail::check_token_region(options.region, error)) return error;
    if (!options.sts_host.empty() && !detail::check_token_host("sts_host", options.sts_host, error))
        return error;
    if (options.expires_seconds < 1 || options.expires_seconds > 900) {
        detail::reject_option(error, "expires_seconds", "must be 1 to 900");
        return error;
    }
    // The service's global endpoint has no region in its name and is in us-east-1.
    const bool global = options.region == "aws-global";
    HttpRequest request;
    detail::append_text(request.url, detail::token_scheme);
    if (options.sts_host.empty()) {
        const Partition* const partition =
            detail::find_partition(aws_partitions, options.region.data(), options.region.size());
        detail::append_text(request.url, "sts.");
        if (!global) {
            detail::append_text(request.url, options.region);
            detail::append_char(request.url, '.');
        }
        detail::append_text(request.url, partition->dns_suffix);
    } else {
        detail::append_text(request.url, options.sts_host);
    }
    detail::append_text(request.url, "/?Action=GetCallerIdentity&Version=2011-06-15");
    request.headers.append("x-k8s-aws-id", options.cluster);
    const SigningOptions signing{.service = "sts",
                                 .region = global ? std::string_view("us-east-1") : options.region,
                                 .time = now,
                                 .expires_seconds = options.expires_seconds,
                                 .crypto = options.crypto};
    if (!detail::sign_token(credentials, signing, request, error)) return error;

    Result<EksToken> result(std::in_place);
    detail::append_text(result->token, "k8s-aws-v1.");
    append_base64url(result->token, request.url);
    detail::wipe(request.url);
    constexpr std::int64_t accepted_seconds = 14 * 60;
    result->expiration = Timestamp(now.seconds + accepted_seconds);
    if (credentials.expiration && *credentials.expiration < result->expiration)
        result->expiration = *credentials.expiration;
    return result;
}

} // namespace belfry::inline v0
