# SPDX-License-Identifier: Apache-2.0
# Has botocore sign the URLs of cloudfront_test.cpp. Without botocore, the package cryptography or OpenSSL, that part
# is listed as skipped.

if(TARGET conformance_cloudfront AND TARGET belfry::openssl)
  belfry_add_botocore_output(cloudfront cryptography)
elseif(TARGET conformance_cloudfront)
  belfry_add_skipped_test(conformance_cloudfront_botocore "OpenSSL is not installed")
endif()
