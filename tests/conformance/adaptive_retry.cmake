# SPDX-License-Identifier: Apache-2.0
# Has botocore limit the attempts of adaptive_retry_test.cpp. Without botocore, that is listed as skipped.

if(TARGET conformance_adaptive_retry)
  belfry_add_botocore_output(adaptive_retry)
endif()
