# SPDX-License-Identifier: Apache-2.0
# Compiles the rule sets for endpoint_test.cpp: see there. Without the data, a skipped test is listed.

function(belfry_add_endpoint_cases target)
  if(BELFRY_PYTHON)
    set(python "${BELFRY_PYTHON}")
  elseif(EXISTS "${PROJECT_SOURCE_DIR}/.belfry/venv/bin/python")
    set(python "${PROJECT_SOURCE_DIR}/.belfry/venv/bin/python")
  else()
    find_package(Python3 3.11 COMPONENTS Interpreter QUIET)
    set(python "${Python3_EXECUTABLE}")
  endif()
  file(GLOB models CONFIGURE_DEPENDS "${BELFRY_SHARED_DIR}/conformance/smithy/rules-engine/*.json"
       "${BELFRY_SHARED_DIR}/models/smithy/*.json" "${BELFRY_SHARED_DIR}/conformance/endpoint-bdd/*.json"
       "${BELFRY_SHARED_DIR}/conformance/endpoint-rules/*.json")
  if(NOT models OR NOT python)
    belfry_add_skipped_test(conformance_endpoint_cases
                            "no Python 3.11 or no conformance data in ${BELFRY_SHARED_DIR}")
    return()
  endif()
  file(GLOB diagrams CONFIGURE_DEPENDS "${BELFRY_SHARED_DIR}/conformance/endpoint-bdd/*.json")
  if(NOT diagrams)
    belfry_add_skipped_test(conformance_endpoint_diagrams
                            "no decision diagrams in ${BELFRY_SHARED_DIR}/conformance/endpoint-bdd")
  endif()

  set(here "${PROJECT_SOURCE_DIR}/tests/conformance")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/endpoint_cases")
  file(MAKE_DIRECTORY "${out}")
  file(GLOB compiler CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/cpp/endpoint/*.py")
  set(run "${CMAKE_COMMAND}" -E env "PYTHONPATH=${PROJECT_SOURCE_DIR}/codegen" PYTHONDONTWRITEBYTECODE=1
          "${python}")

  execute_process(COMMAND "${python}" -c "import botocore" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(status EQUAL 0)
    add_custom_command(OUTPUT "${out}/botocore.json"
                       COMMAND ${run} "${here}/endpoint_botocore.py" "${out}/botocore.json"
                       DEPENDS "${here}/endpoint_botocore.py"
                       COMMENT "Asking botocore for endpoints" VERBATIM)
    list(APPEND models "${out}/botocore.json")
    target_compile_definitions(${target} PRIVATE BELFRY_TEST_HAS_ENDPOINT_BOTOCORE=1)
  else()
    belfry_add_skipped_test(conformance_endpoint_botocore "${python} has no module botocore")
  endif()

  add_custom_command(OUTPUT "${out}/endpoint_cases.hpp"
                     COMMAND ${run} "${here}/endpoint_dump.py" "${out}/endpoint_cases.hpp" ${models}
                     DEPENDS "${here}/endpoint_dump.py" ${compiler} ${models}
                     COMMENT "Compiling the endpoint rule sets of the tests" VERBATIM)
  target_sources(${target} PRIVATE "${out}/endpoint_cases.hpp")
  target_include_directories(${target} PRIVATE "${out}")
  target_compile_definitions(${target} PRIVATE BELFRY_TEST_HAS_ENDPOINT_CASES=1)
endfunction()

if(TARGET conformance_endpoint)
  belfry_add_endpoint_cases(conformance_endpoint)
endif()
