# SPDX-License-Identifier: Apache-2.0
# How tests are declared. A test whose means are missing is listed as skipped, never left out in silence.

# Builds every Catch2 program.
add_custom_target(belfry_catch_tests)

# A Catch2 program and the ctest entry that runs it from the repository's root.
function(belfry_add_catch_test name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE belfry_test_support)
  if(TARGET belfry_test_precompiled)
    target_precompile_headers(${name} REUSE_FROM belfry_test_precompiled)
  endif()
  add_dependencies(belfry_catch_tests ${name})
  set_property(GLOBAL APPEND PROPERTY BELFRY_CATCH_PROGRAMS ${name})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

option(BELFRY_TEST_ALL_TURNS "Run the tests of every day, not only those whose turn it is today" OFF)
string(TIMESTAMP belfry_test_seconds "%s" UTC)
math(EXPR belfry_test_day "${belfry_test_seconds} / 86400")

# belfry_has_turn(RESULT INDEX COUNT): whether it is today the turn of number INDEX of COUNT.
function(belfry_has_turn result index count)
  math(EXPR rest "(${belfry_test_day} - ${index}) % ${count}")
  if(BELFRY_TEST_ALL_TURNS OR rest EQUAL 0)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

# belfry_take_turn(RESULT NAME INDEX COUNT): whether it is today the turn of number INDEX of COUNT tests that would
# take too long together. If not, NAME is listed as skipped.
function(belfry_take_turn result name index count)
  belfry_has_turn(turn ${index} ${count})
  set(${result} ${turn} PARENT_SCOPE)
  if(NOT turn)
    belfry_add_skipped_test(${name} "it runs every ${count} days, or with BELFRY_TEST_ALL_TURNS")
  endif()
endfunction()

# belfry_choose_turns(RESULT COUNT DAYS NAME...): each COUNTth of these names, other ones after so many days. A test that
# itself runs every DAYS days so comes to all of them.
function(belfry_choose_turns result count days)
  set(chosen)
  math(EXPR belfry_test_day "${belfry_test_day} / ${days}")
  set(index 0)
  foreach(name IN LISTS ARGN)
    belfry_has_turn(turn ${index} ${count})
    if(turn)
      list(APPEND chosen ${name})
    endif()
    math(EXPR index "${index} + 1")
  endforeach()
  set(${result} ${chosen} PARENT_SCOPE)
endfunction()

# Builds the programs of `./belfry test --quick`.
add_custom_target(belfry_quick_tests)

# belfry_mark_quick(NAME...): these entries, if they are there, belong to `./belfry test --quick`, and their programs to
# what that compiles. To be called in the folder that adds them.
function(belfry_mark_quick)
  foreach(name IN LISTS ARGN)
    if(TEST ${name})
      set_property(TEST ${name} APPEND PROPERTY LABELS quick)
    endif()
    if(TARGET ${name})
      add_dependencies(belfry_quick_tests ${name})
    endif()
  endforeach()
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
  set_tests_properties(${name} PROPERTIES TIMEOUT 2400 SKIP_RETURN_CODE 77)
endfunction()

# Gives the program conformance_NAME what botocore does, as tests/conformance/NAME_botocore.py writes it: the
# macro BELFRY_TEST_NAME_BOTOCORE is the file's path. Without botocore, or one of the other modules that the script
# imports, that part is listed as skipped. Sets `belfry_botocore_models` to botocore's folder of models, or to nothing.
function(belfry_add_botocore_output name)
  set(target conformance_${name})
  belfry_find_test_python(python)
  set(belfry_botocore_models "" PARENT_SCOPE)
  foreach(module IN ITEMS botocore LISTS ARGN)
    execute_process(COMMAND "${python}" -c "import ${module}" RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(NOT status EQUAL 0)
      belfry_add_skipped_test(${target}_botocore "${python} has no module ${module}")
      return()
    endif()
  endforeach()
  execute_process(COMMAND "${python}" -c "import botocore, os; print(os.path.dirname(botocore.__file__) + '/data', end='')"
                  OUTPUT_VARIABLE models)
  set(belfry_botocore_models "${models}" PARENT_SCOPE)
  set(script "${PROJECT_SOURCE_DIR}/tests/conformance/${name}_botocore.py")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${name}_botocore.json")
  add_custom_command(OUTPUT "${out}" COMMAND "${python}" "${script}" "${out}"
                     DEPENDS "${script}" "${PROJECT_SOURCE_DIR}/tests/conformance/botocore_signatures.py"
                     COMMENT "Running tests/conformance/${name}_botocore.py" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
  string(TOUPPER "BELFRY_TEST_${name}_BOTOCORE" macro)
  target_compile_definitions(${target} PRIVATE ${macro}="${out}")
endfunction()

# The same for conformance_NAME, which makes these calls of S3 again with a client that is generated for it. Without an
# XML parser, that part is listed as skipped, too. MODULES are further modules of Python that the script imports.
#   belfry_add_botocore_calls_of_s3(NAME OPERATION... [MODULES MODULE...])
function(belfry_add_botocore_calls_of_s3 name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODULES")
  set(target conformance_${name})
  if(NOT TARGET ${target})
    return()
  endif()
  if(NOT TARGET belfry::xml)
    belfry_add_skipped_test(${target}_botocore "pugixml is not installed")
    return()
  endif()
  belfry_add_botocore_output(${name} ${arg_MODULES})
  if(belfry_botocore_models)
    belfry_generate(TARGET ${target}_s3 SERVICE s3 MODELS_DIR "${belfry_botocore_models}" HEADER_ONLY
                    OPERATIONS ${arg_UNPARSED_ARGUMENTS})
    target_link_libraries(${target} PRIVATE ${target}_s3)
  endif()
endfunction()
