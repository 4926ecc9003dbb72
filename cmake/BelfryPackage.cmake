# SPDX-License-Identifier: Apache-2.0
# Packages by CPack: `cpack -G DEB` in the build directory makes libbelfry-dev_VERSION_all.deb. Headers, models and the
# generator do not depend on the processor, and the libraries of opt-in headers are the user's choice.
set(CPACK_PACKAGE_NAME libbelfry-dev)
set(CPACK_PACKAGE_VENDOR "The Belfry authors")
# dpkg needs an address; publishers give theirs with -DCPACK_PACKAGE_CONTACT=...
if(NOT CPACK_PACKAGE_CONTACT)
  set(CPACK_PACKAGE_CONTACT "The Belfry authors <belfry@localhost>")
endif()
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "Belfry is a set of C++20 headers that are generated from AWS's models of its services.
This package has the headers, files for CMake and pkg-config, the generator with
its models, and printers for debuggers.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
# `belfry_generate` needs Python; headers that are there do not.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3 (>= 3.11), python3-jinja2, python3-jmespath")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "cmake, libboost-dev, libcurl4-openssl-dev, libnghttp2-dev, libpugixml-dev, libssl-dev, libxxhash-dev, nlohmann-json3-dev, zlib1g-dev")
include(CPack)
