# SPDX-License-Identifier: Apache-2.0
# belfry::<component> targets: one for each third-party library that an opt-in header needs. Used by the source
# tree and by the installed package alike. A component whose library is not found has no target.
#
#   belfry::curl        belfry/transport/curl.hpp         libcurl
#   belfry::beast       belfry/transport/beast*.hpp       Boost headers, OpenSSL
#   belfry::socket_tls  belfry/transport/socket_tls.hpp   OpenSSL
#   belfry::nghttp2     belfry/transport/nghttp2.hpp      nghttp2, OpenSSL
#   belfry::openssl     belfry/openssl.hpp                OpenSSL's libcrypto
#   belfry::zlib        belfry/zlib.hpp                   zlib
#   belfry::json        belfry/nlohmann.hpp               nlohmann/json
#   belfry::xml         belfry/codec/xml*.hpp and services whose protocol is XML   pugixml
#
# Each has a macro _belfry_find_<component>, which looks for the library and sets `links` to the targets to link with.
set(belfry_component_names curl beast socket_tls nghttp2 openssl zlib json xml)

macro(_belfry_find_curl)
  find_package(CURL QUIET)
  set(links CURL::libcurl)
endmacro()

macro(_belfry_find_beast)
  # Newer CMake has no module for Boost, older Boost no config file.
  find_package(Boost 1.74 CONFIG QUIET)
  if(NOT TARGET Boost::headers)
    find_package(Boost 1.74 QUIET)
  endif()
  _belfry_find_socket_tls()
  list(PREPEND links Boost::headers)
endmacro()

macro(_belfry_find_socket_tls)
  find_package(OpenSSL QUIET)
  find_package(Threads QUIET)
  set(links OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
endmacro()

macro(_belfry_find_nghttp2)
  # Its packages bring a pkg-config file at most.
  find_path(BELFRY_NGHTTP2_INCLUDE_DIR nghttp2/nghttp2.h)
  find_library(BELFRY_NGHTTP2_LIBRARY NAMES nghttp2)
  mark_as_advanced(BELFRY_NGHTTP2_INCLUDE_DIR BELFRY_NGHTTP2_LIBRARY)
  if(BELFRY_NGHTTP2_INCLUDE_DIR AND BELFRY_NGHTTP2_LIBRARY AND NOT TARGET nghttp2::nghttp2)
    add_library(nghttp2::nghttp2 INTERFACE IMPORTED GLOBAL)
    set_target_properties(nghttp2::nghttp2 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${BELFRY_NGHTTP2_INCLUDE_DIR}"
                                                      INTERFACE_LINK_LIBRARIES "${BELFRY_NGHTTP2_LIBRARY}")
  endif()
  _belfry_find_socket_tls()
  list(PREPEND links nghttp2::nghttp2)
endmacro()

macro(_belfry_find_openssl)
  find_package(OpenSSL QUIET)
  set(links OpenSSL::Crypto)
endmacro()

macro(_belfry_find_zlib)
  find_package(ZLIB QUIET)
  set(links ZLIB::ZLIB)
endmacro()

macro(_belfry_find_json)
  find_package(nlohmann_json 3.10 QUIET)
  set(links nlohmann_json::nlohmann_json)
endmacro()

macro(_belfry_find_xml)
  find_package(pugixml QUIET)
  set(links pugixml::pugixml)
  if(NOT TARGET pugixml::pugixml)
    set(links pugixml) # as pugixml before 1.11 calls it
  endif()
endmacro()

function(belfry_add_component component)
  if(TARGET belfry::${component})
    return()
  endif()
  cmake_language(CALL _belfry_find_${component})
  foreach(link IN LISTS links)
    if(NOT TARGET ${link})
      return()
    endif()
  endforeach()
  add_library(belfry_${component} INTERFACE)
  add_library(belfry::${component} ALIAS belfry_${component})
  target_link_libraries(belfry_${component} INTERFACE belfry::belfry ${links})
endfunction()
