# SPDX-License-Identifier: Apache-2.0
# Has botocore find the credentials of random profiles for roles_test.cpp. Without botocore, that part is listed as
# skipped.
if(TARGET conformance_roles)
  belfry_add_botocore_output(roles)
endif()
