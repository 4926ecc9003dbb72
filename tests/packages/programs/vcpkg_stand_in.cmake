# SPDX-License-Identifier: Apache-2.0
# Runs PORTFILE as vcpkg does, with functions that do what vcpkg's documentation says of those with these names: the
# package goes to PACKAGES_DIR, and the files of CMake move from CONFIG_PATH to share/PORT.
set(PORT belfry)
set(CURRENT_PACKAGES_DIR "${PACKAGES_DIR}")
set(configured "${PACKAGES_DIR}-build")

function(run_or_fail)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: status ${status}\n${said}")
  endif()
endfunction()

function(vcpkg_cmake_configure)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS")
  run_or_fail(${CMAKE_COMMAND} -S "${arg_SOURCE_PATH}" -B "${configured}" "-DCMAKE_INSTALL_PREFIX=${PACKAGES_DIR}"
              "-DCMAKE_CXX_COMPILER=${COMPILER}" ${arg_OPTIONS})
endfunction()

function(vcpkg_cmake_install)
  run_or_fail(${CMAKE_COMMAND} --install "${configured}")
endfunction()

function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PACKAGE_NAME;CONFIG_PATH" "")
  file(GLOB files "${PACKAGES_DIR}/${arg_CONFIG_PATH}/*")
  if(NOT files)
    message(FATAL_ERROR "there is nothing in ${arg_CONFIG_PATH}")
  endif()
  file(COPY ${files} DESTINATION "${PACKAGES_DIR}/share/${arg_PACKAGE_NAME}")
  file(REMOVE_RECURSE "${PACKAGES_DIR}/${arg_CONFIG_PATH}")
  get_filename_component(parent "${PACKAGES_DIR}/${arg_CONFIG_PATH}" DIRECTORY)
  if(parent MATCHES "/cmake$")
    file(REMOVE_RECURSE "${parent}")
  endif()
  file(GLOB files "${PACKAGES_DIR}/share/${arg_PACKAGE_NAME}/*.cmake")
  foreach(file IN LISTS files)
    file(READ "${file}" text)
    # Both ways in which CMake's files find the prefix go up two folders now.
    string(REPLACE [["${CMAKE_CURRENT_LIST_DIR}/../../../"]] [["${CMAKE_CURRENT_LIST_DIR}/../../"]] text "${text}")
    set(up [[get_filename_component(_IMPORT_PREFIX "${_IMPORT_PREFIX}" PATH)]])
    string(REPLACE "${up}\n${up}\n${up}\n" "${up}\n${up}\n" text "${text}")
    file(WRITE "${file}" "${text}")
  endforeach()
endfunction()

function(vcpkg_fixup_pkgconfig)
endfunction()

function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "FILE_LIST")
  foreach(file IN LISTS arg_FILE_LIST)
    file(READ "${file}" text)
    file(APPEND "${PACKAGES_DIR}/share/${PORT}/copyright" "${text}")
  endforeach()
endfunction()

include("${PORTFILE}")
