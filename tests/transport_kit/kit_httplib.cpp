// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/httplib.hpp>

#include "kit.hpp"

int main(int argc, char** argv) {
    belfry::HttplibTransport transport({.ca_file = belfry::transport_kit::trusted_certificate_file()});
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
