# SPDX-License-Identifier: Apache-2.0
# login_test.cpp needs a library that signs. settings.cmake lists the published cases if they are missing.

if(TARGET conformance_login AND NOT TARGET belfry::openssl)
  belfry_add_skipped_test(conformance_login_cases "OpenSSL is not installed")
endif()
