// SPDX-License-Identifier: Apache-2.0
// The example transport, judged by the part of the kit that it is written for: one connection a request,
// bodies in memory, no TLS.
#define main example_main
#include "../../examples/own_transport.cpp" // NOLINT(bugprone-suspicious-include)
#undef main

#include "kit.hpp"

int main(int argc, char** argv) {
    OwnTransport transport;
    return belfry::transport_kit::run(transport, argc, argv);
}
