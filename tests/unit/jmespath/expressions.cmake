# SPDX-License-Identifier: Apache-2.0
# Compiles the expressions of tests as the generator does: see write_expressions.py. Missing means are listed as
# skipped tests.

function(belfry_add_compiled_expressions)
  belfry_find_test_python(python)
  execute_process(COMMAND "${python}" -c "import jinja2, jmespath" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0)
    belfry_add_skipped_test(unit_jmespath_compiled "no Python with Jinja2 and jmespath")
    return()
  endif()
  set(here "${PROJECT_SOURCE_DIR}/tests/unit/jmespath")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/compiled_expressions")
  file(MAKE_DIRECTORY "${out}")
  file(GLOB_RECURSE generator CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/passes/jmespath/*.py")
  set(codegen "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen")
  list(APPEND generator "${codegen}/cpp/jmespath.py" "${codegen}/cpp/templates/jmespath.j2"
       "${codegen}/model/expressions.py" "${here}/write_expressions.py")
  set(cases "${here}/path_cases.json" "${PROJECT_SOURCE_DIR}/tests/unit/call/call_cases.json")
  set(sources "${out}/compiled_expressions.cpp")
  file(GLOB suite CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/.belfry/go/github.com/jmespath/go-jmespath@*/compliance")
  if(suite)
    list(GET suite -1 suite)
    list(APPEND sources "${out}/compiled_suite.cpp")
    target_compile_definitions(unit_jmespath PRIVATE BELFRY_TEST_JMESPATH_SUITE="${suite}")
  else()
    belfry_add_skipped_test(unit_jmespath_suite "JMESPath's compliance tests are not there: no Go when setting up")
  endif()
  add_custom_command(OUTPUT ${sources}
                     COMMAND ${CMAKE_COMMAND} -E env "PYTHONPATH=${PROJECT_SOURCE_DIR}/codegen"
                             PYTHONDONTWRITEBYTECODE=1 "${python}" "${here}/write_expressions.py" "${out}" ${cases}
                             ${suite}
                     DEPENDS ${cases} ${generator}
                     COMMENT "Compiling the JMESPath expressions of the tests" VERBATIM)
  add_library(belfry_test_expressions STATIC ${sources})
  target_link_libraries(belfry_test_expressions PUBLIC belfry_test_support)
  foreach(test unit_jmespath unit_call)
    target_link_libraries(${test} PRIVATE belfry_test_expressions)
    target_compile_definitions(${test} PRIVATE BELFRY_TEST_HAS_COMPILED_EXPRESSIONS=1)
  endforeach()
endfunction()

if(TARGET unit_jmespath)
  belfry_add_compiled_expressions()
endif()
