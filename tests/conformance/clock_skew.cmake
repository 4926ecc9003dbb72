# SPDX-License-Identifier: Apache-2.0
# Without the published cases, clock_skew_test.cpp has nothing to run.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/clock-skew/cases.json")
  belfry_add_skipped_test(conformance_clock_skew_cases
                          "no published cases in ${BELFRY_SHARED_DIR}/conformance/clock-skew")
endif()
