# SPDX-License-Identifier: Apache-2.0
# What Belfry's own programs are compiled with. Users of the headers get no flags from here.
add_library(belfry_warnings INTERFACE)
target_compile_options(
  belfry_warnings INTERFACE $<$<NOT:$<CXX_COMPILER_ID:MSVC>>:-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion
                            -Wshadow>)
if(BELFRY_WARNINGS_AS_ERRORS)
  target_compile_options(belfry_warnings INTERFACE $<$<NOT:$<CXX_COMPILER_ID:MSVC>>:-Werror>)
endif()
