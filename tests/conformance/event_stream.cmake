# SPDX-License-Identifier: Apache-2.0
# Has botocore read random event streams for event_stream_test.cpp. Without botocore, that part is listed as
# skipped.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/event-stream")
  belfry_add_skipped_test(conformance_event_stream_cases
                          "no published messages in ${BELFRY_SHARED_DIR}/conformance/event-stream")
endif()
if(TARGET conformance_event_stream)
  belfry_add_botocore_output(event_stream)
endif()
