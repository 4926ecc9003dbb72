# SPDX-License-Identifier: Apache-2.0
# Has botocore read random event streams for event_stream_test.cpp. Without botocore, that part is listed as
# skipped.

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/event-stream")
  belfry_add_skipped_test(conformance_event_stream_cases
                          "no published messages in ${BELFRY_SHARED_DIR}/conformance/event-stream")
endif()
if(TARGET conformance_event_stream)
  set(python "${PROJECT_SOURCE_DIR}/.belfry/venv/bin/python")
  if(BELFRY_PYTHON)
    set(python "${BELFRY_PYTHON}")
  endif()
  execute_process(COMMAND "${python}" -c "import botocore" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    set(script "${PROJECT_SOURCE_DIR}/tests/conformance/event_stream_botocore.py")
    set(out "${CMAKE_CURRENT_BINARY_DIR}/event_stream_botocore.json")
    add_custom_command(OUTPUT "${out}" COMMAND "${python}" "${script}" "${out}" DEPENDS "${script}"
                       COMMENT "Having botocore read event streams" VERBATIM)
    target_sources(conformance_event_stream PRIVATE "${out}")
    target_compile_definitions(conformance_event_stream PRIVATE BELFRY_TEST_EVENT_STREAM_BOTOCORE="${out}")
  else()
    belfry_add_skipped_test(conformance_event_stream_botocore "${python} has no module botocore")
  endif()
endif()
