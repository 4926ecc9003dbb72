# SPDX-License-Identifier: Apache-2.0
# Has botocore read random settings for settings_test.cpp. Without botocore or without the published cases,
# that part is listed as skipped.

foreach(cases IN ITEMS smithy-rs/profile-parser-tests smithy-rs/file-location-tests botocore/profile-tests)
  if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/config/${cases}.json")
    belfry_add_skipped_test(conformance_settings_cases
                            "there is no ${cases}.json in ${BELFRY_SHARED_DIR}/conformance/config")
    break()
  endif()
endforeach()
# Those of credentials_test.cpp and login_test.cpp, which have no other file of CMake.
foreach(cases IN ITEMS profile-provider ecs-tests.json login-provider-test-cases.json)
  if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/config/smithy-rs/${cases}")
    belfry_add_skipped_test(conformance_credentials_cases
                            "there is no ${cases} in ${BELFRY_SHARED_DIR}/conformance/config/smithy-rs")
    break()
  endif()
endforeach()
if(TARGET conformance_settings)
  belfry_add_botocore_output(settings)
endif()
