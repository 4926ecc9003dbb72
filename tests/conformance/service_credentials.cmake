# SPDX-License-Identifier: Apache-2.0
# Has botocore authenticate requests with random settings and tokens for service_credentials_test.cpp. Without
# botocore, that part is listed as skipped.
if(TARGET conformance_service_credentials)
  belfry_add_botocore_output(service_credentials)
endif()
