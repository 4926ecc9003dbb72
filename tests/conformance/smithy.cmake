# SPDX-License-Identifier: Apache-2.0
# Smithy's own protocol tests: smithy_cases.py turns each into a Catch2 case while building. Without
# the data, a skipped test is listed.

function(belfry_add_smithy_test file_name protocol)
  set(name conformance_smithy_${file_name})
  # They take a fifth of the time of building all tests.
  if(BELFRY_TEST_EVERYTHING)
    get_property(number GLOBAL PROPERTY BELFRY_SMITHY_TESTS)
    if(NOT number)
      set(number 0)
    endif()
    math(EXPR next "${number} + 1")
    set_property(GLOBAL PROPERTY BELFRY_SMITHY_TESTS ${next})
    belfry_take_turn(turn ${name} ${next} 2)
    if(NOT turn)
      return()
    endif()
  endif()
  belfry_find_test_python(python)
  execute_process(COMMAND "${python}" -c "import jinja2, jmespath" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  file(GLOB models CONFIGURE_DEPENDS "${BELFRY_SHARED_DIR}/conformance/smithy/*.json")
  if(NOT models OR NOT status EQUAL 0 OR NOT TARGET Catch2::Catch2 OR NOT TARGET belfry::zlib)
    belfry_add_skipped_test(${name} "no Catch2, no zlib, no Python with Jinja2 and jmespath or no conformance data in ${BELFRY_SHARED_DIR}")
    return()
  endif()
  # Older versions of the tests lack a protocol.
  set(has_cases FALSE)
  foreach(model IN LISTS models)
    file(STRINGS "${model}" lines REGEX "\"protocol\": *\"${protocol}\"" LIMIT_COUNT 1)
    if(lines)
      set(has_cases TRUE)
    endif()
  endforeach()
  if(NOT has_cases)
    belfry_add_skipped_test(${name} "no cases of ${protocol} in ${BELFRY_SHARED_DIR}/conformance/smithy")
    return()
  endif()
  if(file_name MATCHES "xml|query" AND NOT TARGET belfry::xml)
    belfry_add_skipped_test(${name} "no pugixml")
    return()
  endif()
  set(here "${PROJECT_SOURCE_DIR}/tests/conformance")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}_cases")
  file(GLOB_RECURSE generator CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.py"
       "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.j2" "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.txt"
       "${PROJECT_SOURCE_DIR}/codegen/belfry_codegen/*.json")
  # A fixed number of files, so that CMake knows their names before there are any.
  set(sources)
  foreach(number RANGE 4)
    list(APPEND sources "${out}/smithy_cases_${number}.cpp")
  endforeach()
  list(LENGTH sources count)
  add_custom_command(OUTPUT ${sources}
                     COMMAND ${CMAKE_COMMAND} -E env "PYTHONPATH=${PROJECT_SOURCE_DIR}/codegen"
                             PYTHONDONTWRITEBYTECODE=1 "${python}" "${here}/smithy_cases.py"
                             "${BELFRY_SHARED_DIR}/conformance/smithy" "${BELFRY_SHARED_DIR}/models/smithy" "${protocol}"
                             "${here}/smithy_skipped/${file_name}.txt" "${out}" ${count}
                             "${here}/smithy_skipped/servers/${file_name}.txt"
                     DEPENDS "${here}/smithy_cases.py" "${here}/smithy_skipped/${file_name}.txt"
                             "${here}/smithy_skipped/servers/${file_name}.txt" ${generator} ${models}
                     COMMENT "Writing Smithy's protocol tests as C++" VERBATIM)
  # Sources that the protocols share are compiled once.
  if(NOT TARGET belfry_smithy_case)
    add_library(belfry_smithy_case STATIC EXCLUDE_FROM_ALL "${here}/smithy_case.cpp" "${here}/smithy_server_case.cpp"
                                                           "${here}/cbor_body.cpp" "${here}/form_body.cpp"
                                                           "${here}/xml_body.cpp")
    if(TARGET belfry::xml)
      target_sources(belfry_smithy_case PRIVATE "${PROJECT_SOURCE_DIR}/cmake/compiled/xml.cpp")
    endif()
    target_link_libraries(belfry_smithy_case PUBLIC belfry_test_support)
    target_compile_definitions(belfry_smithy_case PRIVATE BELFRY_SEPARATE_COMPILATION)
  endif()
  belfry_add_catch_test(${name} ${sources})
  target_link_libraries(${name} PRIVATE belfry_smithy_case)
  target_include_directories(${name} BEFORE PRIVATE "${out}/include")
  target_compile_definitions(${name} PRIVATE BELFRY_SEPARATE_COMPILATION)
endfunction()

file(GLOB published CONFIGURE_DEPENDS "${BELFRY_SHARED_DIR}/models/smithy/s3-*.json")
if(NOT published)
  belfry_add_skipped_test(conformance_smithy_s3 "no model of S3 in ${BELFRY_SHARED_DIR}/models/smithy")
endif()

# A protocol that has no list of skipped cases yet is not built yet.
foreach(protocol "rest_json=aws.protocols#restJson1" "aws_json_1_0=aws.protocols#awsJson1_0"
                 "aws_json_1_1=aws.protocols#awsJson1_1" "rest_xml=aws.protocols#restXml"
                 "aws_query=aws.protocols#awsQuery" "ec2_query=aws.protocols#ec2Query"
                 "rpc_v2_cbor=smithy.protocols#rpcv2Cbor" "rpc_v2_json=smithy.protocols#rpcv2Json")
  string(REGEX MATCH "^([^=]*)=(.*)$" matched "${protocol}")
  if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/smithy_skipped/${CMAKE_MATCH_1}.txt")
    belfry_add_smithy_test(${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
  endif()
endforeach()
