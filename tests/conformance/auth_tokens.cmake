# SPDX-License-Identifier: Apache-2.0
# Has botocore make the tokens of auth_tokens_test.cpp. Without botocore, that part is listed as skipped.

if(TARGET conformance_auth_tokens)
  belfry_add_botocore_output(auth_tokens)
endif()
