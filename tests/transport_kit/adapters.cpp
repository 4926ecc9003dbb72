// SPDX-License-Identifier: Apache-2.0
#include "adapters.hpp"

#if defined(BELFRY_KIT_SOCKET_TLS)
#include <belfry/transport/socket_tls.hpp>
#endif
#if defined(BELFRY_KIT_CURL)
#include <belfry/transport/curl.hpp>
#if LIBCURL_VERSION_NUM >= 0x075700
#include <belfry/transport/async_curl.hpp>

#include "on_loop.hpp"
#endif
#endif
#if defined(BELFRY_KIT_BEAST)
#include <belfry/transport/async_beast.hpp>
#include <belfry/transport/beast_tls.hpp>

#include "asio_context.hpp"
#include "on_loop.hpp"
#endif

#include <atomic>
#include <cstdio>
#include <utility>

namespace belfry::transport_kit {

namespace {

std::atomic<int> failed = 0;

template <class Made, class Options> std::unique_ptr<Transport> make(const AdapterOptions& shared) {
    Options options;
    options.ca_file = shared.ca_file;
    options.client_certificate = shared.client_certificate;
    options.client_key = shared.client_key;
    options.client_key_password = shared.client_key_password;
    options.min_tls_version = shared.min_tls_version;
    options.local_interface = shared.local_interface;
    options.proxy = shared.proxy;
    options.no_proxy = shared.no_proxy;
    options.proxy_from_environment = shared.proxy_from_environment;
    return std::make_unique<Made>(std::move(options));
}

class KeepingSink final : public ResponseSink {
  public:
    explicit KeepingSink(Sent& sent) : sent_(sent) {}
    bool on_head(int status, Headers) noexcept override {
        sent_.status = status;
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        sent_.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }

  private:
    Sent& sent_;
};

} // namespace

std::vector<Adapter> adapters() {
    std::vector<Adapter> all;
#if defined(BELFRY_KIT_SOCKET_TLS)
    all.push_back({"socket", make<SocketTlsTransport, SocketTlsOptions>});
#endif
#if defined(BELFRY_KIT_CURL)
    all.push_back({"curl", make<CurlTransport, CurlOptions>});
#if LIBCURL_VERSION_NUM >= 0x075700
    all.push_back({"async curl", make<OnLoop<AsyncCurlTransport>, CurlOptions>, true});
#endif
#endif
#if defined(BELFRY_KIT_BEAST)
    all.push_back({"beast", make<BeastTlsTransport, BeastTlsOptions>});
    all.push_back({"async beast", make<OnLoop<AsyncBeastTransport, AsioContext>, BeastTlsOptions>, true});
#endif
    return all;
}

Sent send(Transport& transport, const std::string& url, const char* method, std::string body) {
    HttpRequest request;
    request.method = method;
    request.url = url;
    const std::size_t start = url.find("://") + 3;
    request.headers.append("Host", url.substr(start, url.find('/', start) - start));
    request.content_length = static_cast<std::int64_t>(body.size());
    request.body = std::move(body);
    request.timeouts.total = Duration::seconds(5);
    Sent sent;
    KeepingSink sink(sent);
    sent.result = transport.send(request, sink);
    return sent;
}

void expect(bool holds, const std::string& what, const std::string& otherwise) {
    std::printf("%s  %s\n", holds ? "PASS" : "FAIL", what.c_str());
    if (holds) return;
    if (!otherwise.empty()) std::printf("      %s\n", otherwise.c_str());
    std::fflush(stdout);
    ++failed;
}
int failures() noexcept { return failed; }

} // namespace belfry::transport_kit
