// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/socket.hpp>

#include "kit.hpp"

int main(int argc, char** argv) {
    belfry::SocketTransport transport({.proxy_from_environment = false});
    return belfry::transport_kit::run(transport, argc, argv);
}
