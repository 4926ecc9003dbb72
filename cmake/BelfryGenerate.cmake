# SPDX-License-Identifier: Apache-2.0
#
#   belfry_generate(TARGET my_voice SERVICE chime-sdk-voice
#                   [OPERATIONS StartSpeakerSearchTask GetSpeakerSearchTask ...]
#                   [PROTOCOL name] [MODELS_DIR directory] [DOCS] [BORROWED] [HEADER_ONLY | MODULE])
#
# Makes the library `my_voice` to link: headers of the chosen operations (all, when none is named) and what they
# reach, below the build directory, and one object file for each operation. It links belfry::compiled, so that nothing
# is compiled again in the files that include the headers. With HEADER_ONLY it has headers only, and compiles nothing.
# With MODULE it also has the module `belfry.chime_sdk_voice`, which imports and exports the module `belfry`; that needs
# CMake 3.28, Ninja 1.11 and a compiler of which CMake finds the imports (clang 16, GCC 14, MSVC 19.34). MODELS_DIR is laid out like api-models/ or like botocore's data/, or holds
# Smithy JSON ASTs; left out, Belfry's own models are used. PROTOCOL is one of those that the model lists, such as
# `query`; left out, the best of them. DOCS copies the model's documentation into the comments, if the model has it:
# a copy that `update --keep-docs` made, botocore's data, or a Smithy AST. BORROWED adds headers whose outputs view the
# response (docs/guide/borrowed.md).
#
# The headers are written while CMake configures, and the model, its overlay, the generator and its templates
# are configure dependencies. So the next build after an edit generates again before it decides what to compile:
# a rule run during the build would come too late for headers that are new, or not yet known to Ninja.

# Where codegen/ and api-models/ are. A property, because functions may be called from any directory's scope.
if(NOT DEFINED BELFRY_DATA_DIR)
  get_filename_component(BELFRY_DATA_DIR "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
endif()
set_property(GLOBAL PROPERTY BELFRY_DATA_DIR "${BELFRY_DATA_DIR}")
set(BELFRY_PYTHON "" CACHE FILEPATH "A Python with Jinja2 and jmespath, for belfry_generate; searched for when empty")

function(_belfry_find_python result data_dir)
  if(BELFRY_PYTHON)
    set(candidates "${BELFRY_PYTHON}")
  else()
    set(candidates "${data_dir}/.belfry/venv/bin/python")
    if(DEFINED ENV{VIRTUAL_ENV})
      list(APPEND candidates "$ENV{VIRTUAL_ENV}/bin/python")
    endif()
    # A function has its own scope: what find_package sets does not reach the caller.
    find_package(Python3 3.11 COMPONENTS Interpreter QUIET)
    if(Python3_EXECUTABLE)
      list(APPEND candidates "${Python3_EXECUTABLE}")
    endif()
    list(APPEND candidates python3 python)
  endif()
  foreach(candidate IN LISTS candidates)
    execute_process(COMMAND "${candidate}" -c "import sys, jinja2, jmespath; sys.exit(sys.version_info < (3, 11))"
                    RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
      set(${result} "${candidate}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  list(JOIN candidates ", " tried)
  message(FATAL_ERROR "belfry_generate needs Python 3.11 or newer with Jinja2 and jmespath (tried: ${tried}).\n"
                      "Run `python3 -m pip install jinja2 jmespath` (in a virtual environment), or install the "
                      "packages python3-jinja2 and python3-jmespath (Debian, Ubuntu, Fedora), python-jinja and "
                      "python-jmespath (Arch Linux) or py3-jinja2 and py3-jmespath (Alpine), or name a Python that "
                      "has them with -DBELFRY_PYTHON=/path/to/python.")
endfunction()

# The JSON text of the manifest that the generator wrote for a service. Where a target had another service before,
# that one's headers and manifest are still in the directory.
function(_belfry_read_manifest result directory service)
  file(GLOB paths "${directory}/belfry/*/manifest.json")
  foreach(path IN LISTS paths)
    file(READ "${path}" manifest)
    string(JSON found GET "${manifest}" service)
    if(found STREQUAL service)
      set(${result} "${manifest}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "belfry_generate: the generator wrote no manifest of '${service}' below ${directory}/belfry")
endfunction()

# Sets `result` to the texts of one of the manifest's arrays.
function(_belfry_read_list result manifest name)
  set(texts)
  string(JSON count ERROR_VARIABLE missing LENGTH "${manifest}" ${name})
  if(NOT missing AND count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(index RANGE ${last})
      string(JSON text GET "${manifest}" ${name} ${index})
      list(APPEND texts "${text}")
    endforeach()
  endif()
  set(${result} ${texts} PARENT_SCOPE)
endfunction()

function(belfry_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "BORROWED;DOCS;HEADER_ONLY;MODULE" "TARGET;SERVICE;MODELS_DIR;PROTOCOL" "OPERATIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "belfry_generate does not know: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  foreach(required TARGET SERVICE)
    if(NOT arg_${required})
      message(FATAL_ERROR "belfry_generate needs ${required}")
    endif()
  endforeach()
  if(arg_MODULE AND arg_HEADER_ONLY)
    message(FATAL_ERROR "belfry_generate: ${arg_TARGET} has a module or is HEADER_ONLY, but not both")
  endif()
  if(arg_MODULE AND (CMAKE_VERSION VERSION_LESS 3.28 OR NOT CMAKE_GENERATOR MATCHES "Ninja|Visual Studio"))
    message(FATAL_ERROR "belfry_generate: MODULE needs CMake 3.28 or newer and the generator Ninja (or Visual Studio), "
                        "not CMake ${CMAKE_VERSION} and ${CMAKE_GENERATOR}; without it, ${arg_TARGET} has headers")
  endif()
  get_property(data_dir GLOBAL PROPERTY BELFRY_DATA_DIR)
  if(NOT arg_MODELS_DIR)
    set(arg_MODELS_DIR "${data_dir}/api-models")
  endif()
  get_filename_component(models "${arg_MODELS_DIR}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  set(asts)
  if(NOT IS_DIRECTORY "${models}/${arg_SERVICE}")
    # Smithy's models may lie anywhere below and have any name.
    file(GLOB_RECURSE asts CONFIGURE_DEPENDS "${models}/*.json")
  endif()
  if(NOT asts AND NOT IS_DIRECTORY "${models}/${arg_SERVICE}")
    message(FATAL_ERROR "belfry_generate: there is no service '${arg_SERVICE}' in ${models}")
  endif()
  set(codegen "${data_dir}/codegen")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/belfry-generated/${arg_TARGET}")

  file(GLOB_RECURSE inputs CONFIGURE_DEPENDS "${models}/${arg_SERVICE}/*.json" "${models}/${arg_SERVICE}/*.json.gz"
       "${codegen}/belfry_codegen/*.py" "${codegen}/belfry_codegen/*.j2" "${codegen}/belfry_codegen/*.txt"
       "${codegen}/belfry_codegen/*.json")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${inputs} ${asts})

  set(arguments generate "${arg_SERVICE}" --models "${models}" --out "${output}" --cache
                "${CMAKE_CURRENT_BINARY_DIR}/belfry-generated/.stamps")
  if(arg_OPERATIONS)
    list(JOIN arg_OPERATIONS "," operations)
    list(APPEND arguments --operations "${operations}")
  endif()
  if(arg_PROTOCOL)
    list(APPEND arguments --protocol "${arg_PROTOCOL}")
  endif()
  if(arg_BORROWED)
    list(APPEND arguments --borrowed)
  endif()
  if(arg_DOCS)
    list(APPEND arguments --docs)
  endif()
  if(NOT arg_HEADER_ONLY)
    list(APPEND arguments --compiled)
  endif()
  _belfry_find_python(python "${data_dir}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env "PYTHONPATH=${codegen}" PYTHONDONTWRITEBYTECODE=1 "${python}" -m
            belfry_codegen ${arguments}
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    # CMake does not wrap lines that begin with a space, so that commands in them can be copied.
    string(REPLACE "\n" "\n  " said "\n${said}")
    message(FATAL_ERROR "belfry_generate could not generate ${arg_SERVICE} for ${arg_TARGET}:${said}")
  endif()
  string(REGEX MATCH "belfry: [^\n]*" notes "${said}")
  if(notes)
    message(WARNING "belfry_generate: ${arg_SERVICE} for ${arg_TARGET}:\n  ${notes}")
  endif()

  _belfry_read_manifest(manifest "${output}" "${arg_SERVICE}")
  if(arg_HEADER_ONLY)
    add_library(${arg_TARGET} INTERFACE)
    set(scope INTERFACE)
    set(links belfry::belfry)
  else()
    _belfry_read_list(sources "${manifest}" sources)
    list(TRANSFORM sources PREPEND "${output}/")
    add_library(${arg_TARGET} STATIC ${sources})
    set_target_properties(${arg_TARGET} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    _belfry_use_sections(${arg_TARGET})
    set(scope PUBLIC)
    set(links belfry::compiled)
    if(arg_MODULE)
      _belfry_read_list(modules "${manifest}" modules)
      list(TRANSFORM modules PREPEND "${output}/")
      target_sources(${arg_TARGET} PUBLIC FILE_SET belfry_modules TYPE CXX_MODULES BASE_DIRS "${output}" FILES ${modules})
      belfry_add_module()
      list(APPEND links belfry::module)
    endif()
  endif()
  # In front of Belfry's own directory, which may hold the same service as it was checked in.
  target_include_directories(${arg_TARGET} BEFORE ${scope} "$<BUILD_INTERFACE:${output}>")

  _belfry_read_list(components "${manifest}" components)
  foreach(component IN LISTS components)
    belfry_add_component(${component})
    if(NOT TARGET belfry::${component})
      _belfry_missing_library(text ${component})
      message(WARNING "belfry_generate: ${arg_SERVICE} needs belfry::${component}, and ${arg_TARGET} does not link "
                      "without it. ${text}")
      continue()
    endif()
    list(APPEND links belfry::${component})
    if(NOT arg_HEADER_ONLY)
      belfry_add_compiled()
      if(TARGET belfry::compiled_${component})
        list(APPEND links belfry::compiled_${component})
      endif()
    endif()
  endforeach()
  target_link_libraries(${arg_TARGET} ${scope} ${links})
endfunction()
