# SPDX-License-Identifier: Apache-2.0
# Programs for tests/docs/test_*.py, which hold the pages that people read to what is true.

# The sample at the top of README.md, with a transport that leads to the stand-in endpoint.
add_executable(docs_first_call ${PROJECT_SOURCE_DIR}/examples/first_call.cpp)
target_include_directories(docs_first_call BEFORE PRIVATE ${CMAKE_CURRENT_LIST_DIR}/standin)
target_link_libraries(docs_first_call PRIVATE belfry::belfry belfry_warnings)
find_package(Threads REQUIRED)
target_link_libraries(docs_first_call PRIVATE Threads::Threads)
