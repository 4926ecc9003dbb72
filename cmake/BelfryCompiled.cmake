# SPDX-License-Identifier: Apache-2.0
# belfry::compiled: who links it compiles the pipeline and the codecs once instead of in each source file that makes
# a call. Used by the source tree and by the installed package alike: it is built in the user's project, with the
# user's flags, and only if something links it. All of a program's targets have to, or none. Programs with a
# service whose protocol is XML link belfry::compiled_xml, which there is if there is belfry::xml.
function(_belfry_add_compiled name)
  add_library(belfry_${name} STATIC EXCLUDE_FROM_ALL ${_belfry_compiled_dir}/belfry_${name}.cpp)
  add_library(belfry::${name} ALIAS belfry_${name})
  target_compile_definitions(belfry_${name} PUBLIC BELFRY_SEPARATE_COMPILATION)
  target_link_libraries(belfry_${name} PUBLIC ${ARGN})
  set_target_properties(belfry_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # With --gc-sections, a program then holds waiters, paginators and the like only if it uses them.
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(belfry_${name} PRIVATE -ffunction-sections -fdata-sections)
  endif()
endfunction()

set(_belfry_compiled_dir ${CMAKE_CURRENT_LIST_DIR})
if(NOT TARGET belfry::compiled)
  _belfry_add_compiled(compiled belfry::belfry)
endif()
if(TARGET belfry::xml AND NOT TARGET belfry::compiled_xml)
  _belfry_add_compiled(compiled_xml belfry::compiled belfry::xml)
endif()
