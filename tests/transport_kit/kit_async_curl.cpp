// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/async_curl.hpp>

#include "kit.hpp"
#include "on_loop.hpp"

int main(int argc, char** argv) {
    belfry::CurlOptions options;
    options.ca_file = belfry::transport_kit::trusted_certificate_file();
    options.proxy_from_environment = false;
    belfry::transport_kit::OnLoop<belfry::AsyncCurlTransport> transport(options);
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
