// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/curl.hpp>

#include "kit.hpp"

int main(int argc, char** argv) {
    // The kit's servers are on loopback; a proxy from the environment must not be used.
    belfry::CurlTransport transport(
        {.ca_file = belfry::transport_kit::trusted_certificate_file(), .proxy_from_environment = false});
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
