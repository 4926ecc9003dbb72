// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Tokens that are presigned URLs. A token gives access as long as it is valid, so treat it like a password.
namespace belfry::inline v0 {

/// The database and the user that a token of `rds_auth_token` is for.
struct RdsTokenOptions {
    /// The endpoint of the instance, cluster or proxy, such as `db.abc.eu-west-1.rds.amazonaws.com`. Use the
    /// name that AWS gave it, even if the program connects by another one.
    std::string_view host{};
    /// From 1 to 65,535.
    int port = 0;
    /// The user of the database, in UTF-8.
    std::string_view user{};
    /// The region of the database.
    std::string_view region{};
    /// From 1 to 900. The limit concerns new connections, not those that are open.
    std::int64_t expires_seconds = 900;
    /// Computes the hashes of the signature; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
};

/// A password for the databases of Amazon RDS and Aurora that use IAM authentication: a presigned URL without
/// its scheme (Amazon RDS User Guide, "Connecting to your DB instance using IAM authentication"). The
/// connection must use TLS. `now` is the time at which the token begins to be valid. Does no I/O.
///
/// An unusable option is an error of kind `validation` that names it; credentials that cannot sign are one of
/// kind `credentials`.
[[nodiscard]] BELFRY_INLINE Result<std::string> rds_auth_token(const Credentials& credentials, Timestamp now,
                                                               const RdsTokenOptions& options);

/// The cluster that a token of `dsql_auth_token` is for.
struct DsqlTokenOptions {
    /// The endpoint of the cluster, such as `abc.dsql.us-east-1.on.aws`.
    std::string_view host{};
    /// The region of the cluster.
    std::string_view region{};
    /// For the role `admin` (`dsql:DbConnectAdmin`); otherwise for a role of the database that is linked to
    /// an IAM identity (`dsql:DbConnect`).
    bool admin = false;
    /// From 1 to 604,800 (seven days).
    std::int64_t expires_seconds = 900;
    /// Computes the hashes of the signature; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
};

/// A password for a cluster of Amazon Aurora DSQL (Aurora DSQL User Guide, "Generating an authentication
/// token"). Errors are those of `rds_auth_token`. Does no I/O.
[[nodiscard]] BELFRY_INLINE Result<std::string> dsql_auth_token(const Credentials& credentials, Timestamp now,
                                                                const DsqlTokenOptions& options);

/// The cluster that a token of `eks_token` is for.
struct EksTokenOptions {
    /// The name of the cluster, or the id that its AWS IAM Authenticator is configured with.
    std::string_view cluster{};
    /// The region of the AWS Security Token Service that identifies the caller; usually the cluster's.
    std::string_view region{};
    /// The host of that service, such as `sts-fips.us-east-1.amazonaws.com`; empty for the region's own. A
    /// cluster accepts only hosts of its partition.
    std::string_view sts_host{};
    /// The validity of the URL in the token, from 1 to 900. It does not change `EksToken::expiration`:
    /// clusters count from the time of signing.
    std::int64_t expires_seconds = 60;
    /// Computes the hashes of the signature; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
};

/// A bearer token for the API of a Kubernetes cluster.
struct EksToken {
    /// `k8s-aws-v1.` and the presigned URL in base64url (RFC 4648 section 5) without padding.
    std::string token;
    /// When to replace it: 14 minutes after it was signed, because clusters accept it for 15; earlier if the
    /// credentials expire.
    Timestamp expiration;
};

/// A token for a cluster of Amazon EKS: a presigned request to `GetCallerIdentity` whose signature covers the
/// header `x-k8s-aws-id`, as `aws eks get-token` makes it. Errors are those of `rds_auth_token`. Does no I/O.
[[nodiscard]] BELFRY_INLINE Result<EksToken> eks_token(const Credentials& credentials, Timestamp now,
                                                       const EksTokenOptions& options);

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/presign/impl/auth_tokens.ipp>
#endif
