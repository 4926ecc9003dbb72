// SPDX-License-Identifier: Apache-2.0
// A URL and cookies that open a distribution of CloudFront for an hour. The program sends
// no request. See docs/guide/tokens.md.
//
// Prints:
//   https://d111111abcdef8.cloudfront.net/report.pdf?Expires=1700003600&Signature=...&Key-Pair-Id=K2JCJMDEHXQW5F
//   Set-Cookie: CloudFront-Policy=...; Secure; HttpOnly
//   Set-Cookie: CloudFront-Signature=...; Secure; HttpOnly
//   Set-Cookie: CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F; Secure; HttpOnly
#include <belfry/cloudfront_signer.hpp>
#include <belfry/openssl_cloudfront_key.hpp>

#include <cstddef>
#include <cstdio>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string>

namespace {

/// Makes a private key. A program reads the file of a key whose public key is in CloudFront.
std::string make_pem() {
    EVP_PKEY* key = nullptr;
    EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nullptr);
    EVP_PKEY_keygen_init(context);
    EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048);
    EVP_PKEY_keygen(context, &key);
    EVP_PKEY_CTX_free(context);
    BIO* const output = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(output, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const long size = BIO_get_mem_data(output, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(output);
    EVP_PKEY_free(key);
    return pem;
}

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

} // namespace

int main() {
    // A program adds an hour to std::chrono::system_clock::now().
    const belfry::Timestamp in_an_hour(1'700'003'600);

    auto key = belfry::OpenSslCloudFrontKey::from_pem(make_pem());
    if (!key) return fail(key.error());
    const belfry::CloudFrontSigner signer("K2JCJMDEHXQW5F", *key);

    const auto url = signer.sign_url("https://d111111abcdef8.cloudfront.net/report.pdf", in_an_hour);
    if (!url) return fail(url.error());
    std::printf("%s\n", url->c_str());

    const auto cookies = signer.sign_cookies({.resource = "https://d111111abcdef8.cloudfront.net/videos/*",
                                              .expires = in_an_hour,
                                              .ip_range = "192.0.2.0/24"});
    if (!cookies) return fail(cookies.error());
    for (const belfry::CloudFrontCookie& cookie : *cookies)
        std::printf("Set-Cookie: %s=%s; Secure; HttpOnly\n", cookie.name.c_str(), cookie.value.c_str());
}
