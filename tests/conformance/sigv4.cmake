# SPDX-License-Identifier: Apache-2.0
# Has botocore sign the random requests of sigv4_test.cpp. Without botocore, that part is listed as skipped.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/sigv4/v4")
  belfry_add_skipped_test(conformance_sigv4_cases "no published cases in ${BELFRY_SHARED_DIR}/conformance/sigv4")
endif()
if(TARGET conformance_sigv4)
  belfry_add_botocore_output(sigv4)
endif()
