// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/async_beast.hpp>

#include "asio_context.hpp"
#include "kit.hpp"
#include "on_loop.hpp"

int main(int argc, char** argv) {
    using namespace belfry::transport_kit;
    OnLoop<belfry::AsyncBeastTransport, AsioContext> transport(
        belfry::BeastTlsOptions{.ca_file = trusted_certificate_file(), .proxy_from_environment = false});
    return run(transport, argc, argv, {.trusts_kit_certificate = true});
}
