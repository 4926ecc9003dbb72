# SPDX-License-Identifier: Apache-2.0
# Has botocore read random settings for settings_test.cpp. Without botocore or without the published cases,
# that part is listed as skipped.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/config")
  belfry_add_skipped_test(conformance_settings_cases "no published cases in ${BELFRY_SHARED_DIR}/conformance/config")
endif()
if(TARGET conformance_settings)
  belfry_add_botocore_output(settings)
endif()
