// SPDX-License-Identifier: Apache-2.0
// expect: TransportHandle
#include <belfry/http/transport.hpp>

int main() {
#if defined(BELFRY_MUST_FAIL)
    belfry::TransportHandle handle([](const belfry::HttpRequest&) { return 200; });
#else
    belfry::TransportHandle handle(
        [](const belfry::HttpRequest&) { return belfry::HttpResponse{200, {}, {}}; });
#endif
    static_cast<void>(handle);
    return 0;
}
