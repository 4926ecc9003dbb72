# SPDX-License-Identifier: Apache-2.0
# Has botocore make the calls of s3_checksums_test.cpp.

if(NOT TARGET belfry::openssl OR NOT TARGET belfry::xxhash)
  belfry_add_skipped_test(conformance_s3_checksums_botocore "OpenSSL or xxHash is not installed")
else()
  belfry_add_botocore_calls_of_s3(s3_checksums DeleteObjects GetObject PutObject MODULES awscrt)
endif()
