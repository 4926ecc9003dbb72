// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/ssl.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/util/config.hpp>

// OpenSSL removes these macros of Windows' <wincrypt.h> only where its first header is included, but they may
// be defined after that.
#if defined(_WIN32)
#undef OCSP_REQUEST
#undef OCSP_RESPONSE
#undef PKCS7_ISSUER_AND_SERIAL
#undef PKCS7_SIGNER_INFO
#undef X509_CERT_PAIR
#undef X509_EXTENSIONS
#undef X509_NAME
#endif

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
