# SPDX-License-Identifier: Apache-2.0
# The headers, the generator and the models, so that find_package(belfry) gives all that the source tree gives.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(belfry_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/belfry)
set(belfry_data_dir ${CMAKE_INSTALL_DATADIR}/belfry)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.ipp")
install(DIRECTORY ${PROJECT_SOURCE_DIR}/codegen/ DESTINATION ${belfry_data_dir}/codegen
        REGEX "/codegen/(build|dist|setup.py)$" EXCLUDE PATTERN "__pycache__" EXCLUDE PATTERN "*.egg-info" EXCLUDE PATTERN ".*_cache" EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/api-models/ DESTINATION ${belfry_data_dir}/api-models)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tools/debugger/ DESTINATION ${belfry_data_dir}/debugger
        FILES_MATCHING PATTERN "belfry_*.py" PATTERN "belfry.natvis")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})

install(TARGETS belfry EXPORT belfry-targets)
install(EXPORT belfry-targets NAMESPACE belfry:: DESTINATION ${belfry_package_dir})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/belfryConfig.cmake.in ${PROJECT_BINARY_DIR}/belfryConfig.cmake
  INSTALL_DESTINATION ${belfry_package_dir} PATH_VARS belfry_data_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/belfryConfigVersion.cmake COMPATIBILITY SameMinorVersion
                                                                                  ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/belfryConfig.cmake ${PROJECT_BINARY_DIR}/belfryConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/BelfryComponents.cmake ${PROJECT_SOURCE_DIR}/cmake/BelfryGenerate.cmake
              ${PROJECT_SOURCE_DIR}/cmake/BelfryCompiled.cmake
        DESTINATION ${belfry_package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cmake/compiled ${PROJECT_SOURCE_DIR}/cmake/modules DESTINATION ${belfry_package_dir})

include(BelfryPkgConfig)
