# SPDX-License-Identifier: Apache-2.0
# An overlay port: it installs the checkout in which it lies.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
if(NOT EXISTS "${SOURCE_PATH}/include/belfry/version.hpp")
  message(FATAL_ERROR "this port installs the checkout around it: use it as an overlay port where it lies, in "
                      "tools/packages/vcpkg")
endif()

set(VCPKG_BUILD_TYPE release) # headers only
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DBELFRY_BUILD_TESTS=OFF -DBELFRY_BUILD_EXAMPLES=OFF -DBELFRY_BUILD_BENCHMARKS=OFF -DBELFRY_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME belfry CONFIG_PATH share/cmake/belfry)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/doc")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE" "${SOURCE_PATH}/NOTICE")
