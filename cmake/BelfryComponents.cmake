# SPDX-License-Identifier: Apache-2.0
# belfry::<component> targets: one for each third-party library that an opt-in header needs. Used by the source
# tree and by the installed package alike. A component whose library is not found has no target.
#
#   belfry::curl      belfry/transport/curl.hpp        libcurl
#   belfry::beast     belfry/transport/beast.hpp       Boost headers, OpenSSL
#   belfry::httplib   belfry/transport/httplib.hpp     cpp-httplib, OpenSSL
#   belfry::nghttp2   belfry/transport/nghttp2.hpp     nghttp2, OpenSSL
#   belfry::openssl   hashes by OpenSSL                OpenSSL's libcrypto
#   belfry::zlib      belfry/zlib.hpp      zlib
#   belfry::json      belfry/nlohmann.hpp             nlohmann/json
#   belfry::xml       belfry/codec/xml*.hpp and services whose protocol is XML   pugixml
set(belfry_component_names curl beast httplib nghttp2 openssl zlib json xml)

# Defines httplib::httplib where the distribution's package has no CMake config (Debian, Ubuntu).
function(_belfry_find_httplib)
  find_package(httplib CONFIG QUIET)
  if(TARGET httplib::httplib)
    set_target_properties(httplib::httplib PROPERTIES IMPORTED_GLOBAL TRUE)
    return()
  endif()
  find_path(BELFRY_HTTPLIB_INCLUDE_DIR httplib.h)
  find_library(BELFRY_HTTPLIB_LIBRARY NAMES cpp-httplib httplib)
  mark_as_advanced(BELFRY_HTTPLIB_INCLUDE_DIR BELFRY_HTTPLIB_LIBRARY)
  if(NOT BELFRY_HTTPLIB_INCLUDE_DIR)
    return()
  endif()
  find_package(Threads QUIET)
  add_library(httplib::httplib INTERFACE IMPORTED GLOBAL)
  set_target_properties(
    httplib::httplib
    PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${BELFRY_HTTPLIB_INCLUDE_DIR}"
               INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;Threads::Threads")
  if(BELFRY_HTTPLIB_LIBRARY)
    # Debian compiles the library, with everything switched on (see its cpp-httplib.pc); its header only declares.
    set_property(TARGET httplib::httplib APPEND PROPERTY INTERFACE_LINK_LIBRARIES "${BELFRY_HTTPLIB_LIBRARY}")
    set_target_properties(
      httplib::httplib
      PROPERTIES INTERFACE_COMPILE_DEFINITIONS
                 "CPPHTTPLIB_OPENSSL_SUPPORT;CPPHTTPLIB_ZLIB_SUPPORT;CPPHTTPLIB_BROTLI_SUPPORT")
  endif()
endfunction()

# Defines nghttp2::nghttp2, whose packages bring a pkg-config file at most.
function(_belfry_find_nghttp2)
  find_path(BELFRY_NGHTTP2_INCLUDE_DIR nghttp2/nghttp2.h)
  find_library(BELFRY_NGHTTP2_LIBRARY NAMES nghttp2)
  mark_as_advanced(BELFRY_NGHTTP2_INCLUDE_DIR BELFRY_NGHTTP2_LIBRARY)
  if(BELFRY_NGHTTP2_INCLUDE_DIR AND BELFRY_NGHTTP2_LIBRARY AND NOT TARGET nghttp2::nghttp2)
    add_library(nghttp2::nghttp2 INTERFACE IMPORTED GLOBAL)
    set_target_properties(nghttp2::nghttp2 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${BELFRY_NGHTTP2_INCLUDE_DIR}"
                                                      INTERFACE_LINK_LIBRARIES "${BELFRY_NGHTTP2_LIBRARY}")
  endif()
endfunction()

macro(belfry_add_component component)
  if(NOT TARGET belfry::${component})
    set(_belfry_links)
    set(_belfry_found FALSE)
    if("${component}" STREQUAL "curl")
      find_package(CURL QUIET)
      if(TARGET CURL::libcurl)
        set(_belfry_found TRUE)
        set(_belfry_links CURL::libcurl)
      endif()
    elseif("${component}" STREQUAL "beast")
      # Newer CMake has no module for Boost, older Boost no config file.
      find_package(Boost 1.74 CONFIG QUIET)
      if(NOT TARGET Boost::headers)
        find_package(Boost 1.74 QUIET)
      endif()
      find_package(OpenSSL QUIET)
      find_package(Threads QUIET)
      if(TARGET Boost::headers AND TARGET OpenSSL::SSL)
        set(_belfry_found TRUE)
        set(_belfry_links Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
      endif()
    elseif("${component}" STREQUAL "httplib")
      find_package(OpenSSL QUIET)
      find_package(Threads QUIET)
      if(TARGET OpenSSL::SSL)
        _belfry_find_httplib()
      endif()
      if(TARGET httplib::httplib)
        set(_belfry_found TRUE)
        set(_belfry_links httplib::httplib)
      endif()
    elseif("${component}" STREQUAL "nghttp2")
      find_package(OpenSSL QUIET)
      find_package(Threads QUIET)
      if(TARGET OpenSSL::SSL)
        _belfry_find_nghttp2()
      endif()
      if(TARGET nghttp2::nghttp2)
        set(_belfry_found TRUE)
        set(_belfry_links nghttp2::nghttp2 OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
      endif()
    elseif("${component}" STREQUAL "openssl")
      find_package(OpenSSL QUIET)
      if(TARGET OpenSSL::Crypto)
        set(_belfry_found TRUE)
        set(_belfry_links OpenSSL::Crypto)
      endif()
    elseif("${component}" STREQUAL "zlib")
      find_package(ZLIB QUIET)
      if(TARGET ZLIB::ZLIB)
        set(_belfry_found TRUE)
        set(_belfry_links ZLIB::ZLIB)
      endif()
    elseif("${component}" STREQUAL "json")
      find_package(nlohmann_json 3.10 QUIET)
      if(TARGET nlohmann_json::nlohmann_json)
        set(_belfry_found TRUE)
        set(_belfry_links nlohmann_json::nlohmann_json)
      endif()
    elseif("${component}" STREQUAL "xml")
      find_package(pugixml QUIET)
      if(TARGET pugixml::pugixml)
        set(_belfry_found TRUE)
        set(_belfry_links pugixml::pugixml)
      elseif(TARGET pugixml)
        # As pugixml before 1.11 calls it.
        set(_belfry_found TRUE)
        set(_belfry_links pugixml)
      endif()
    endif()
    if(_belfry_found)
      add_library(belfry_${component} INTERFACE)
      add_library(belfry::${component} ALIAS belfry_${component})
      target_link_libraries(belfry_${component} INTERFACE belfry::belfry ${_belfry_links})
    endif()
  endif()
endmacro()
