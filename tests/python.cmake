# SPDX-License-Identifier: Apache-2.0
# What Python checks: its own code, the generated headers, and the direction of includes
# and of imports.
belfry_find_test_python(belfry_test_python)

# Adds `name` if the test Python has the module `needs`.
function(belfry_add_python_test name needs)
  # Python takes longer to start than all the rest takes.
  string(MD5 key "${needs}")
  get_property(status GLOBAL PROPERTY BELFRY_PYTHON_IMPORTS_${key})
  if("${status}" STREQUAL "")
    execute_process(COMMAND "${belfry_test_python}" -c "import ${needs}" RESULT_VARIABLE status OUTPUT_QUIET
                    ERROR_QUIET)
    set_property(GLOBAL PROPERTY BELFRY_PYTHON_IMPORTS_${key} "${status}")
  endif()
  if(status EQUAL 0)
    belfry_add_command_test(${name} ${CMAKE_COMMAND} -E env "PYTHONPATH=${PROJECT_SOURCE_DIR}/codegen"
                            PYTHONDONTWRITEBYTECODE=1 "BELFRY_SHARED=${BELFRY_SHARED_DIR}"
                            "BELFRY_TEST_ALL_TURNS=${BELFRY_TEST_ALL_TURNS}"
                            "BELFRY_BUILD_DIR=${PROJECT_BINARY_DIR}" "${belfry_test_python}" ${ARGN})
  else()
    belfry_add_skipped_test(${name} "${belfry_test_python} has no module ${needs}")
  endif()
endfunction()

belfry_add_python_test(include_directions sys tools/check_includes.py)
belfry_add_python_test(import_directions sys tools/check_imports.py)
belfry_add_python_test(portable_spellings sys tools/check_portability.py)

file(GLOB models CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/api-models/*/*/service-2.json)
set(services)
foreach(model IN LISTS models)
  get_filename_component(service ${model} DIRECTORY)
  get_filename_component(service ${service} DIRECTORY)
  get_filename_component(service ${service} NAME)
  list(APPEND services ${service})
endforeach()
belfry_add_python_test(generated_fresh "jinja2, jmespath" -m belfry_codegen generate --check ${services})

# Seconds of a longer entry, for `./belfry test --quick`.
belfry_add_python_test(
  golden_fresh "pytest, jinja2, jmespath" -m pytest -q -rs -p no:cacheprovider
  tests/codegen/test_generate.py::test_the_golden_files_are_up_to_date)
belfry_add_python_test(generated_identity_fresh "jinja2, jmespath" tools/generate_identity.py --check)

# One entry per directory of Python tests, or per file where a directory takes many minutes: they run side by side, and
# -R picks one. tests/build/test_entries.py sees that each file has an entry.
set(belfry_python_entry_per_file codegen differential docs hard_cases)
file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/test_*.py ${CMAKE_CURRENT_SOURCE_DIR}/*_test.py)
set(python_tests)
foreach(file IN LISTS files)
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${file})
  get_filename_component(directory ${path} DIRECTORY)
  get_filename_component(name ${directory} NAME)
  if(NOT name IN_LIST belfry_python_entry_per_file)
    set(path ${directory})
  endif()
  list(APPEND python_tests ${path})
endforeach()
list(REMOVE_DUPLICATES python_tests)
foreach(path IN LISTS python_tests)
  # pytest_docs; pytest_codegen_naming for tests/codegen/test_naming.py.
  string(REGEX REPLACE "^tests/|\\.py$" "" name ${path})
  string(REGEX REPLACE "/(test_)?" "_" name ${name})
  belfry_add_python_test(pytest_${name} pytest -m pytest -q -rs -p no:cacheprovider ${path})
  # Those would wait for each other where they compile: one cache holds the programs of all.
  if(path MATCHES "^tests/differential/")
    set_tests_properties(pytest_${name} PROPERTIES RESOURCE_LOCK belfry_wire)
  endif()
endforeach()

# pyproject.toml has the rules. Directories of tests have modules of the same name, so each is a run of mypy.
belfry_add_python_test(ruff ruff -m ruff check --no-cache .)
belfry_add_python_test(ruff_format ruff -m ruff format --check --no-cache .)
file(GLOB_RECURSE python_tests CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     ${CMAKE_CURRENT_SOURCE_DIR}/*.py)
set(python_sources codegen tools benchmarks)
foreach(file IN LISTS python_tests)
  get_filename_component(directory ${file} DIRECTORY)
  list(APPEND python_sources ${directory})
endforeach()
list(REMOVE_DUPLICATES python_sources)
foreach(path IN LISTS python_sources)
  string(REPLACE "/" "_" name ${path})
  belfry_add_python_test(mypy_${name} mypy -m mypy --cache-dir=${PROJECT_BINARY_DIR}/mypy_cache/${name} ${path})
endforeach()
