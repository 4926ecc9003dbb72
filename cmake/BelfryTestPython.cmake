# SPDX-License-Identifier: Apache-2.0
# The Python of the project's own tests and examples, which is not installed with Belfry.

# belfry_find_test_python(RESULT): BELFRY_PYTHON if that is set, otherwise the one that `./belfry test` sets up, whether it
# exists or not.
function(belfry_find_test_python result)
  set(python "${PROJECT_SOURCE_DIR}/.belfry/venv/bin/python")
  if(BELFRY_PYTHON)
    set(python "${BELFRY_PYTHON}")
  endif()
  set(${result} "${python}" PARENT_SCOPE)
endfunction()

# belfry_find_botocore_models(RESULT): botocore's folder of models, for services whose headers are not in the repository.
# Empty if that Python lacks botocore or Jinja2.
function(belfry_find_botocore_models result)
  get_property(is_known GLOBAL PROPERTY BELFRY_BOTOCORE_MODELS SET)
  if(is_known)
    get_property(models GLOBAL PROPERTY BELFRY_BOTOCORE_MODELS)
    set(${result} "${models}" PARENT_SCOPE)
    return()
  endif()
  belfry_find_test_python(python)
  execute_process(
    COMMAND "${python}" -c "import botocore, jinja2, os; print(os.path.dirname(botocore.__file__) + '/data', end='')"
    RESULT_VARIABLE status OUTPUT_VARIABLE models ERROR_QUIET)
  if(NOT status EQUAL 0)
    set(models "")
  endif()
  set_property(GLOBAL PROPERTY BELFRY_BOTOCORE_MODELS "${models}")
  set(${result} "${models}" PARENT_SCOPE)
endfunction()

# belfry_find_smithy_models(RESULT): the folder of Smithy models that BELFRY_SHARED, or the folder beside the project, has.
# Empty if there is none, or if the generator cannot run.
function(belfry_find_smithy_models result)
  belfry_find_botocore_models(runs)
  set(folder "$ENV{BELFRY_SHARED}")
  if(NOT folder)
    get_filename_component(folder "${PROJECT_SOURCE_DIR}/../shared" ABSOLUTE)
  endif()
  if(NOT runs OR NOT IS_DIRECTORY "${folder}/models/smithy")
    set(${result} "" PARENT_SCOPE)
    return()
  endif()
  set(${result} "${folder}/models/smithy" PARENT_SCOPE)
endfunction()
