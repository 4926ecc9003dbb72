// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/cloudfront_key.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// A custom policy: what a signed URL or a set of signed cookies gives access to. Times count in whole
/// seconds.
struct CloudFrontPolicy {
    /// The URL, with its query, in which `*` stands for any characters and `?` for any one character, such as
    /// `https://d111111abcdef8.cloudfront.net/videos/*`. If it is empty, a signed URL gives access to itself
    /// only; cookies need one.
    std::string_view resource{};
    /// Access ends then. It is required.
    Timestamp expires{};
    /// Access begins then; without, at once.
    std::optional<Timestamp> starts{};
    /// The viewer's IPv4 address, such as `192.0.2.1`, or a range of them, such as `192.0.2.0/24`; empty for
    /// any.
    std::string_view ip_range{};
};

/// A cookie to set, without attributes. Add `Domain`, `Path`, `Secure` and `HttpOnly` as your site needs
/// them.
struct CloudFrontCookie {
    std::string name;
    /// Needs no quotes and no escapes.
    std::string value;
};

/// Signs URLs and cookies for a distribution of Amazon CloudFront that restricts access (Amazon CloudFront
/// Developer Guide, "Use signed URLs" and "Use signed cookies"). Does no I/O unless the key does. Threads may
/// share it if they may share the key.
///
/// An unusable argument is an error of kind `validation` that names it; other errors are the key's.
class CloudFrontSigner {
  public:
    /// `key_pair_id` is the id of the public key in CloudFront, such as `K2JCJMDEHXQW5F`. The key is not
    /// owned.
    CloudFrontSigner(std::string key_pair_id, CloudFrontKey& key, CloudFrontHash hash = CloudFrontHash::sha1)
        : key_pair_id_(std::move(key_pair_id)), key_(&key), hash_(hash) {}

    /// Signs with a canned policy, which gives access to one URL for some time and makes short URLs.
    ///
    /// `url` is absolute and percent-encoded, and may have a query and a fragment. A `*` in it must be
    /// written as `%2A`, because in a policy it stands for any characters.
    [[nodiscard]] BELFRY_INLINE Result<std::string> sign_url(std::string_view url, Timestamp expires) const;

    /// Signs with a custom policy, which becomes part of the URL.
    [[nodiscard]] BELFRY_INLINE Result<std::string> sign_url(std::string_view url,
                                                             const CloudFrontPolicy& policy) const;

    /// The cookies that give access to one URL, by a canned policy.
    [[nodiscard]] BELFRY_INLINE Result<std::vector<CloudFrontCookie>> sign_cookies(std::string_view url,
                                                                                   Timestamp expires) const;

    /// The cookies that give access to all URLs that match `policy.resource`.
    [[nodiscard]] BELFRY_INLINE Result<std::vector<CloudFrontCookie>>
    sign_cookies(const CloudFrontPolicy& policy) const;

  private:
    struct Signed;
    [[nodiscard]] BELFRY_INLINE bool sign(const CloudFrontPolicy& policy, bool canned, Signed& result,
                                          Error& error) const;
    [[nodiscard]] BELFRY_INLINE Result<std::string> make_url(std::string_view url, CloudFrontPolicy policy,
                                                             bool canned) const;
    [[nodiscard]] BELFRY_INLINE Result<std::vector<CloudFrontCookie>>
    make_cookies(const CloudFrontPolicy& policy, bool canned) const;

    std::string key_pair_id_;
    CloudFrontKey* key_;
    CloudFrontHash hash_;
};

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/presign/impl/cloudfront_signer.ipp>
#endif
