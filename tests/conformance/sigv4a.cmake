# SPDX-License-Identifier: Apache-2.0
# Has botocore sign the random requests of sigv4a_test.cpp. Without awscrt, that part is listed as skipped.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/sigv4/v4a")
  belfry_add_skipped_test(conformance_sigv4a_cases "no published cases in ${BELFRY_SHARED_DIR}/conformance/sigv4")
endif()
if(TARGET conformance_sigv4a AND TARGET belfry::openssl)
  belfry_add_botocore_output(sigv4a awscrt)
endif()
