// SPDX-License-Identifier: Apache-2.0
// Gets credentials of a login session with the environment and the files that it is started with, and prints
// what happens for test_login_calls.py: for each request `request METHOD URL`, its headers as `header NAME:
// VALUE`, and `body TEXT`; then `credentials` with their parts, or `error CODE MESSAGE`.
// Arguments: the status and the body of the answer to all requests, and the header x-amzn-errortype of it.
#include <belfry/default_credentials.hpp>
#include <belfry/login_credentials.hpp>
#include <belfry/openssl_ecdsa.hpp>
#include <belfry/settings.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// Prints requests, and answers each of them in the same way.
struct Server {
    char** arguments;

    belfry::HttpResponse operator()(const belfry::HttpRequest& request) const {
        std::printf("request %s %s\n", request.method.c_str(), request.url.c_str());
        for (const belfry::Header& header : request.headers)
            std::printf("header %s: %s\n", header.name.data(), header.value.data());
        std::printf("body %s\n", request.body.c_str());
        belfry::HttpResponse response{std::atoi(arguments[1]), {}, arguments[2]};
        if (arguments[3][0] != '\0') response.headers.append("x-amzn-errortype", arguments[3]);
        return response;
    }
};

/// Does not wait between attempts.
class Impatient final : public belfry::Environment {
  public:
    belfry::Timestamp now() noexcept override { return belfry::detail::system_environment.now(); }
    void sleep(belfry::Duration) noexcept override {}
    bool random(unsigned char* bytes, std::size_t count) noexcept override {
        return belfry::detail::system_environment.random(bytes, count);
    }
};

} // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    const auto settings = belfry::load_settings();
    if (!settings) return 2;
    const belfry::TransportHandle server(Server{arguments});
    belfry::Transport& transport = server.get();
    belfry::OpenSslEcdsa ecdsa;
    belfry::LoginCredentials login(ecdsa);
    Impatient environment;
    belfry::DefaultCredentials credentials(*settings, transport,
                                           {.login = &login, .environment = &environment});
    const auto result = credentials.credentials();
    if (!result)
        std::printf("error %s %s\n", result.error().code.c_str(), result.error().message.c_str());
    else
        std::printf("credentials %s %s %s %s %lld\n", result->access_key_id.c_str(),
                    result->secret_access_key.c_str(), result->session_token.c_str(),
                    result->account_id.c_str(), static_cast<long long>(result->expiration->seconds));
}
