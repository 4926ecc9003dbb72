// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/beast_tls.hpp>

#include "kit.hpp"

int main(int argc, char** argv) {
    belfry::BeastTlsTransport transport(
        {.ca_file = belfry::transport_kit::trusted_certificate_file(), .proxy_from_environment = false});
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
