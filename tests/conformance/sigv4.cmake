# SPDX-License-Identifier: Apache-2.0
# Has botocore sign the random requests of sigv4_test.cpp. Without botocore, that part is listed as skipped.

function(belfry_add_sigv4_botocore target)
  set(python "${PROJECT_SOURCE_DIR}/.belfry/venv/bin/python")
  if(BELFRY_PYTHON)
    set(python "${BELFRY_PYTHON}")
  endif()
  execute_process(COMMAND "${python}" -c "import botocore" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    belfry_add_skipped_test(conformance_sigv4_botocore "${python} has no module botocore")
    return()
  endif()
  set(script "${PROJECT_SOURCE_DIR}/tests/conformance/sigv4_botocore.py")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/sigv4_botocore.json")
  add_custom_command(OUTPUT "${out}" COMMAND "${python}" "${script}" "${out}" DEPENDS "${script}"
                     COMMENT "Having botocore sign requests" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
  target_compile_definitions(${target} PRIVATE BELFRY_TEST_SIGV4_BOTOCORE="${out}")
endfunction()

if(NOT EXISTS "${BELFRY_SHARED_DIR}/conformance/sigv4/v4")
  belfry_add_skipped_test(conformance_sigv4_cases "no published cases in ${BELFRY_SHARED_DIR}/conformance/sigv4")
endif()
if(TARGET conformance_sigv4)
  belfry_add_sigv4_botocore(conformance_sigv4)
endif()
