# SPDX-License-Identifier: Apache-2.0
# belfry::<component> targets: one for each third-party library that an opt-in header needs. Used by the source
# tree and by the installed package alike. A component whose library is not found has no target.
#
#   belfry::curl        belfry/transport/*curl.hpp        libcurl
#   belfry::beast       belfry/transport/*beast*.hpp, belfry/transport/asio_*.hpp, belfry/testing/server.hpp   Boost headers, OpenSSL
#   belfry::socket_tls  belfry/transport/socket_tls.hpp   OpenSSL
#   belfry::nghttp2     belfry/transport/nghttp2.hpp      nghttp2, OpenSSL
#   belfry::openssl     belfry/openssl*.hpp, belfry/testing/openssl_verifier.hpp   OpenSSL's libcrypto
#   belfry::zlib        belfry/zlib.hpp                   zlib
#   belfry::xxhash      belfry/xxhash.hpp                 xxHash
#   belfry::json        belfry/nlohmann.hpp, belfry/testing/recorder.hpp, belfry/testing/replayer.hpp               nlohmann/json
#   belfry::xml         belfry/codec/xml*.hpp, belfry/role_credentials.hpp, belfry/s3_express.hpp and services whose protocol is XML   pugixml
#
# Each has a macro _belfry_find_<component>, which looks for the library and sets `links` to the targets to link with.
set(belfry_component_names curl beast socket_tls nghttp2 openssl zlib xxhash json xml)

# Sets `result` to a text that says which library a component lacks and what to install. The tables are in the
# function, because it is called from the scope of any directory.
function(_belfry_missing_library result component)
  # Debian and Ubuntu | Fedora | Arch Linux | Alpine | Homebrew
  set(openssl "OpenSSL|libssl-dev|openssl-devel|openssl|openssl-dev|openssl@3")
  set(of_curl "libcurl|libcurl4-openssl-dev|libcurl-devel|curl|curl-dev|curl")
  set(of_beast "Boost 1.74|libboost-dev|boost-devel|boost|boost-dev|boost" "${openssl}")
  set(of_socket_tls "${openssl}")
  set(of_nghttp2 "nghttp2|libnghttp2-dev|libnghttp2-devel|libnghttp2|nghttp2-dev|libnghttp2" "${openssl}")
  set(of_openssl "${openssl}")
  set(of_zlib "zlib|zlib1g-dev|zlib-devel|zlib|zlib-dev|zlib")
  set(of_xxhash "xxHash 0.8|libxxhash-dev|xxhash-devel|xxhash|xxhash-dev|xxhash")
  set(of_json "nlohmann/json 3.10|nlohmann-json3-dev|json-devel|nlohmann-json|nlohmann-json|nlohmann-json")
  set(of_xml "pugixml|libpugixml-dev|pugixml-devel|pugixml|pugixml-dev|pugixml")
  foreach(row IN LISTS of_${component})
    string(REPLACE "|" ";" cells "${row}")
    foreach(column library apt dnf pacman apk brew)
      list(POP_FRONT cells cell)
      list(APPEND ${column} "${cell}")
    endforeach()
  endforeach()
  foreach(column apt dnf pacman apk brew)
    list(JOIN ${column} " " ${column})
  endforeach()
  list(JOIN library " and " library)
  string(
    CONCAT text "belfry::${component} needs ${library}, and CMake did not find them all: install ${apt} (Debian, "
           "Ubuntu), ${dnf} (Fedora), ${pacman} (Arch Linux), ${apk} (Alpine) or ${brew} (Homebrew), or give their "
           "folder in CMAKE_PREFIX_PATH")
  if(NOT library MATCHES " and ")
    string(REPLACE "did not find them all" "did not find it" text "${text}")
    string(REPLACE "give their folder" "give its folder" text "${text}")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

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

macro(_belfry_find_xxhash)
  # Only some of its packages bring a config file.
  find_package(xxHash CONFIG QUIET)
  if(NOT TARGET xxHash::xxhash)
    find_path(BELFRY_XXHASH_INCLUDE_DIR xxhash.h)
    find_library(BELFRY_XXHASH_LIBRARY NAMES xxhash)
    mark_as_advanced(BELFRY_XXHASH_INCLUDE_DIR BELFRY_XXHASH_LIBRARY)
    if(BELFRY_XXHASH_INCLUDE_DIR AND BELFRY_XXHASH_LIBRARY)
      add_library(xxHash::xxhash INTERFACE IMPORTED GLOBAL)
      set_target_properties(xxHash::xxhash PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${BELFRY_XXHASH_INCLUDE_DIR}"
                                                      INTERFACE_LINK_LIBRARIES "${BELFRY_XXHASH_LIBRARY}")
    endif()
  endif()
  set(links xxHash::xxhash)
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
      # A program that links the target reads this above CMake's error.
      get_property(said GLOBAL PROPERTY _belfry_said_${component})
      if(NOT said)
        set_property(GLOBAL PROPERTY _belfry_said_${component} TRUE)
        _belfry_missing_library(text ${component})
        message(STATUS "${text}")
      endif()
      return()
    endif()
  endforeach()
  add_library(belfry_${component} INTERFACE)
  add_library(belfry::${component} ALIAS belfry_${component})
  target_link_libraries(belfry_${component} INTERFACE belfry::belfry ${links})
endfunction()
