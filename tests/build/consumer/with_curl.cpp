// SPDX-License-Identifier: Apache-2.0
#include <belfry/transport/curl.hpp>

int main() {
    belfry::CurlTransport transport;
    return 0;
}
