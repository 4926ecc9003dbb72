# SPDX-License-Identifier: Apache-2.0
# Smithy's own tests of event streams: smithy_events.py turns each into a Catch2 case while building. Without
# the data, a skipped test is listed.

function(belfry_add_smithy_events)
  set(name conformance_smithy_events)
  belfry_find_test_python(python)
  execute_process(COMMAND "${python}" -c "import jinja2, jmespath" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  file(GLOB models CONFIGURE_DEPENDS "${BELFRY_SHARED_DIR}/conformance/smithy/*.json")
  if(NOT models OR NOT status EQUAL 0 OR NOT TARGET Catch2::Catch2 OR NOT TARGET belfry::json)
    belfry_add_skipped_test(
      ${name} "no Catch2, no nlohmann/json, no Python with Jinja2 and jmespath or no conformance data in ${BELFRY_SHARED_DIR}")
    return()
  endif()
  set(here "${PROJECT_SOURCE_DIR}/tests/conformance")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}_cases")
  file(GLOB_RECURSE generator CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.py"
       "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.j2")
  add_custom_command(OUTPUT "${out}/smithy_events.cpp"
                     COMMAND ${CMAKE_COMMAND} -E env "PYTHONPATH=${PROJECT_SOURCE_DIR}/codegen:${here}"
                             PYTHONDONTWRITEBYTECODE=1 "${python}" "${here}/smithy_events.py"
                             "${BELFRY_SHARED_DIR}/conformance/smithy" "${out}"
                     DEPENDS "${here}/smithy_events.py" "${here}/smithy_cases.py" ${generator} ${models}
                     COMMENT "Writing Smithy's event stream tests as C++" VERBATIM)
  belfry_add_catch_test(${name} "${here}/smithy_event_case.cpp" "${out}/smithy_events.cpp")
  target_include_directories(${name} BEFORE PRIVATE "${out}/include")
  target_compile_definitions(${name} PRIVATE BELFRY_SEPARATE_COMPILATION)
endfunction()
belfry_add_smithy_events()
