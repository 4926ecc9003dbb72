# SPDX-License-Identifier: Apache-2.0
# belfry::compiled: what links it compiles the pipeline and the codecs once in a build instead of in each source file
# that makes a call; belfry_generate's libraries link it. belfry::compiled_xml is the same for services whose protocol
# is XML, and exists if belfry::xml does. The source tree and the installed package use them alike: they are built in
# the user's project, with its build type, toolchain and project-wide flags, and only if something links them.
#
# The sources are several, so that a linker takes from the archive what a program uses. Each function has its own section,
# and BELFRY_GC_SECTIONS lets the linker drop the rest.
include(CheckLinkerFlag)

set_property(GLOBAL PROPERTY _belfry_compiled_dir "${CMAKE_CURRENT_LIST_DIR}/compiled")
option(BELFRY_GC_SECTIONS "Link programs with belfry::compiled without the functions that they do not use" ON)

# Compiles each function of a library into its own section.
function(_belfry_use_sections target)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-ffunction-sections
                                           -fdata-sections>)
endfunction()

# Sets `result` to the option with which the linker drops sections that are not used, or to nothing.
function(_belfry_find_gc_option result)
  set(${result} "" PARENT_SCOPE)
  if(NOT BELFRY_GC_SECTIONS OR MSVC)
    return()
  endif()
  # Apple's linker divides object files by itself.
  foreach(option -Wl,--gc-sections -Wl,-dead_strip)
    string(MAKE_C_IDENTIFIER "BELFRY_LINKER_HAS_${option}" has)
    check_linker_flag(CXX ${option} ${has})
    mark_as_advanced(${has})
    if(${has})
      set(${result} ${option} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(_belfry_add_compiled name links)
  get_property(folder GLOBAL PROPERTY _belfry_compiled_dir)
  list(TRANSFORM ARGN PREPEND "${folder}/" OUTPUT_VARIABLE sources)
  list(TRANSFORM sources APPEND ".cpp")
  add_library(belfry_${name} STATIC EXCLUDE_FROM_ALL ${sources})
  add_library(belfry::${name} ALIAS belfry_${name})
  target_compile_definitions(belfry_${name} PUBLIC BELFRY_SEPARATE_COMPILATION)
  target_link_libraries(belfry_${name} PUBLIC ${links})
  # Shared libraries may link it, too.
  set_target_properties(belfry_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  _belfry_use_sections(belfry_${name})
endfunction()

# Called again where a component may have been found since.
function(belfry_add_compiled)
  if(NOT TARGET belfry_compiled)
    _belfry_add_compiled(compiled belfry::belfry async body calls cbor events json paging presign)
    _belfry_find_gc_option(option)
    target_link_options(belfry_compiled INTERFACE ${option})
  endif()
  if(TARGET belfry::xml AND NOT TARGET belfry_compiled_xml)
    _belfry_add_compiled(compiled_xml "belfry::compiled;belfry::xml" xml)
  endif()
endfunction()

# belfry::module: the module `belfry`, which the modules of belfry_generate import.
function(belfry_add_module)
  if(TARGET belfry_module)
    return()
  endif()
  get_property(folder GLOBAL PROPERTY _belfry_compiled_dir)
  get_filename_component(folder "${folder}/../modules" ABSOLUTE)
  add_library(belfry_module STATIC EXCLUDE_FROM_ALL)
  add_library(belfry::module ALIAS belfry_module)
  target_sources(belfry_module PUBLIC FILE_SET belfry_modules TYPE CXX_MODULES BASE_DIRS "${folder}" FILES
                                      "${folder}/belfry.cppm")
  target_link_libraries(belfry_module PUBLIC belfry::compiled)
  set_target_properties(belfry_module PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

belfry_add_compiled()
