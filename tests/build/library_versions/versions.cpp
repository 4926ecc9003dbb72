// SPDX-License-Identifier: Apache-2.0
// Compares the versions of libcurl and nghttp2, those of the headers and of the libraries, with the
// arguments.
#include <belfry/transport/curl.hpp>
#include <belfry/transport/nghttp2.hpp>

#include <cstdio>
#include <string>

namespace {

bool same(const char* library, const std::string& expected, const std::string& headers,
          const std::string& linked) {
    std::printf("%s: headers %s, library %s\n", library, headers.c_str(), linked.c_str());
    // libcurl's repository calls 7.66.0-DEV what is released as 7.66.0.
    const auto matches = [&](const std::string& version) {
        return version == expected || version == expected + "-DEV";
    };
    return matches(headers) && matches(linked);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const bool curl = same("libcurl", argv[1], LIBCURL_VERSION, curl_version_info(CURLVERSION_NOW)->version);
    const bool nghttp2 = same("nghttp2", argv[2], NGHTTP2_VERSION, nghttp2_version(0)->version_str);
    return curl && nghttp2 ? 0 : 1;
}
