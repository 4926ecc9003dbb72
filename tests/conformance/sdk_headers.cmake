# SPDX-License-Identifier: Apache-2.0
# Has botocore make the headers of sdk_headers_test.cpp. Without botocore, that is listed as skipped.

if(TARGET conformance_sdk_headers)
  belfry_add_botocore_output(sdk_headers)
endif()
