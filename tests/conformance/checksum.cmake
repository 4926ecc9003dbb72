# SPDX-License-Identifier: Apache-2.0
# Has other libraries compute the checksums that checksum_test.cpp compares. Without them, that is listed as skipped.

function(belfry_add_checksum_judges target)
  belfry_find_test_python(python)
  execute_process(COMMAND "${python}" -c "from awscrt.checksums import XXHash" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  if(NOT status EQUAL 0 OR NOT TARGET belfry::json)
    belfry_add_skipped_test(conformance_checksum_judges "${python} has no module awscrt with xxHash, or there is no nlohmann/json")
    return()
  endif()
  set(script "${PROJECT_SOURCE_DIR}/tests/conformance/checksum_judges.py")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/checksum_judges.json")
  add_custom_command(OUTPUT "${out}" COMMAND "${python}" "${script}" "${out}" DEPENDS "${script}"
                     COMMENT "Having zlib, hashlib and awscrt compute checksums" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
  target_compile_definitions(${target} PRIVATE BELFRY_TEST_CHECKSUM_JUDGES="${out}")
endfunction()

if(TARGET conformance_checksum)
  belfry_add_checksum_judges(conformance_checksum)
endif()
