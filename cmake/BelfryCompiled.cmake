# SPDX-License-Identifier: Apache-2.0
# belfry::compiled: who links it compiles the pipeline and the codecs once instead of in each source file that makes
# a call. Used by the source tree and by the installed package alike: it is built in the user's project, with the
# user's flags, and only if something links it. All of a program's targets have to, or none.
if(NOT TARGET belfry::compiled)
  add_library(belfry_compiled STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/belfry_compiled.cpp)
  add_library(belfry::compiled ALIAS belfry_compiled)
  target_compile_definitions(belfry_compiled PUBLIC BELFRY_SEPARATE_COMPILATION)
  target_link_libraries(belfry_compiled PUBLIC belfry::belfry)
  set_target_properties(belfry_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # For those who link with --gc-sections: waiters, paginators and the like then only count where they are used.
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(belfry_compiled PRIVATE -ffunction-sections -fdata-sections)
  endif()
endif()
