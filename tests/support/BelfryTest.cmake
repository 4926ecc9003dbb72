# SPDX-License-Identifier: Apache-2.0
# How tests are declared. A test whose means are missing is listed as skipped, never left out in silence.

# Builds every Catch2 program.
add_custom_target(belfry_catch_tests)

# A Catch2 program and the ctest entry that runs it from the repository's root.
function(belfry_add_catch_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE belfry_test_support)
  add_dependencies(belfry_catch_tests ${name})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

# A ctest entry that only says why the real one is not there.
function(belfry_add_skipped_test name reason)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIPPED: ")
  message(STATUS "Test ${name} will be skipped: ${reason}")
endfunction()

# A ctest entry that runs a command at the repository's root; exit status 77 means skipped.
function(belfry_add_command_test name)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 1200 SKIP_RETURN_CODE 77)
endfunction()
