# SPDX-License-Identifier: Apache-2.0
# The program with fakes that test_botocore_client.py calls. Where something is missing it is not built, and the reason
# left for the test in fake_servers.skipped.
set(skipped "${CMAKE_CURRENT_BINARY_DIR}/fake_servers.skipped")
list(FIND belfry_test_components beast has_beast)
if(has_beast EQUAL -1 OR NOT TARGET belfry::beast OR NOT TARGET belfry::xml)
  file(WRITE "${skipped}" "Boost or pugixml is not installed, or does not fit the standard library")
  message(STATUS "fake_servers is not built: no Boost or pugixml")
else()
  file(REMOVE "${skipped}")
  add_executable(fake_servers fakes/fake_servers.cpp)
  target_link_libraries(fake_servers PRIVATE belfry::belfry belfry::beast belfry::xml belfry_warnings Threads::Threads)
endif()
