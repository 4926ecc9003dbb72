# SPDX-License-Identifier: Apache-2.0
# belfry.pc, and belfry-COMPONENT.pc for each component of BelfryComponents.cmake, for builds without CMake. The files
# find the headers relative to themselves, so that an installed tree can be moved.

# The packages of pkg-config and the libraries that a component needs, as "packages|libraries".
set(belfry_pkg_curl "libcurl|")
set(belfry_pkg_beast "openssl|-pthread") # Boost's headers have no package
set(belfry_pkg_socket_tls "openssl|-pthread")
set(belfry_pkg_nghttp2 "libnghttp2 openssl|-pthread")
set(belfry_pkg_openssl "libcrypto|")
set(belfry_pkg_zlib "zlib|")
set(belfry_pkg_xxhash "libxxhash|")
set(belfry_pkg_json "nlohmann_json|")
set(belfry_pkg_xml "pugixml|")

# Architecture-independent packages belong to share/.
set(belfry_pkg_dir ${CMAKE_INSTALL_DATADIR}/pkgconfig)

# Sets `result` to a folder of the installation as text of a .pc file.
function(_belfry_pkg_path result folder)
  if(IS_ABSOLUTE "${folder}")
    set(${result} "${folder}" PARENT_SCOPE)
  else()
    set(${result} "\${prefix}/${folder}" PARENT_SCOPE)
  endif()
endfunction()

if(IS_ABSOLUTE "${belfry_pkg_dir}")
  set(belfry_pkg_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH belfry_pkg_prefix "/prefix/${belfry_pkg_dir}" "/prefix")
  string(REGEX REPLACE "/$" "" belfry_pkg_prefix "${belfry_pkg_prefix}")
  set(belfry_pkg_prefix "\${pcfiledir}/${belfry_pkg_prefix}")
endif()
_belfry_pkg_path(belfry_pkg_include "${CMAKE_INSTALL_INCLUDEDIR}")
_belfry_pkg_path(belfry_pkg_data "${CMAKE_INSTALL_DATADIR}/belfry")

function(_belfry_write_pkg name description requires libraries cflags)
  string(
    CONCAT text "prefix=${belfry_pkg_prefix}\n"
           "includedir=${belfry_pkg_include}\n"
           "# The generator and the models: PYTHONPATH=codegen python3 -m belfry_codegen generate --models models\n"
           "codegen=${belfry_pkg_data}/codegen\n"
           "models=${belfry_pkg_data}/api-models\n\n"
           "Name: ${name}\n"
           "Description: ${description}\n"
           "Version: ${PROJECT_VERSION}\n"
           "${requires}${libraries}${cflags}")
  file(WRITE "${PROJECT_BINARY_DIR}/pkgconfig/${name}.pc" "${text}")
  install(FILES "${PROJECT_BINARY_DIR}/pkgconfig/${name}.pc" DESTINATION ${belfry_pkg_dir})
endfunction()

_belfry_write_pkg(belfry "${PROJECT_DESCRIPTION} (header-only; compile with -std=c++20)" "" ""
                  "Cflags: -I\${includedir}\n")
foreach(component IN LISTS belfry_component_names)
  if(NOT DEFINED belfry_pkg_${component})
    message(FATAL_ERROR "cmake/BelfryPkgConfig.cmake does not say what the component ${component} needs")
  endif()
  string(REPLACE "|" ";" cells "${belfry_pkg_${component}}")
  list(GET cells 0 packages)
  list(GET cells 1 libraries)
  string(REPLACE " " ", " packages "belfry ${packages}")
  if(libraries)
    set(libraries "Libs: ${libraries}\n")
  endif()
  _belfry_write_pkg(belfry-${component} "What the headers of belfry::${component} need" "Requires: ${packages}\n"
                    "${libraries}" "")
endforeach()
