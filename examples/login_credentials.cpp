// SPDX-License-Identifier: Apache-2.0
// Credentials of a user who has signed in by `aws login`. A callable plays AWS Sign-In and the service, and
// the session's file is in memory, so that the program prints the same on each machine.
//
// Prints:
//   AWS Sign-In renews the session
//   the session is written back
//   signed by ASIAEXAMPLE
//   signed by ASIAEXAMPLE
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/login_credentials.hpp>
#include <belfry/openssl_ecdsa.hpp>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace voice = belfry::chime_sdk_voice;

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

/// The files of a home directory.
class Home final : public belfry::SettingsSource, public belfry::SecretFileWriter {
  public:
    std::optional<std::string> variable(const char* name) override {
        if (name == std::string("HOME")) return "/home/me";
        return std::nullopt;
    }
    belfry::FileStatus read_file(const std::string& path, std::string& text) override {
        if (path == "/home/me/.aws/config") {
            text = "[default]\n"
                   "region = us-east-1\n"
                   "login_session = arn:aws:iam::123456789012:user/me\n";
            return belfry::FileStatus::read;
        }
        if (!path.starts_with("/home/me/.aws/login/cache/")) return belfry::FileStatus::missing;
        text = session_;
        return belfry::FileStatus::read;
    }
    bool replace(const std::string&, std::string_view text, std::string&) override {
        std::printf("the session is written back\n");
        session_ = text;
        return true;
    }

  private:
    // The key is the published one of RFC 7515 section A.3.
    std::string session_ =
        R"({"accessToken":{"accessKeyId":"ASIAOLD","secretAccessKey":"secret","sessionToken":"token",)"
        R"("accountId":"123456789012","expiresAt":"2026-01-01T00:00:00Z"},"refreshToken":"refresh",)"
        R"("clientId":"arn:aws:signin:::devtools/same-device","dpopKey":"-----BEGIN EC PRIVATE KEY-----\n)"
        R"(MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n)"
        R"(AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n)"
        R"(focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n-----END EC PRIVATE KEY-----\n"})";
};

/// AWS Sign-In, and the service.
belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    if (request.url == "https://us-east-1.signin.aws.amazon.com/v1/token") {
        std::printf("AWS Sign-In renews the session\n");
        return {200,
                {},
                R"({"accessToken":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"secret",)"
                R"("sessionToken":"token"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"next"})"};
    }
    const std::string signature(*request.headers.find("Authorization"));
    const std::size_t key = signature.find("Credential=") + 11;
    std::printf("signed by %s\n", signature.substr(key, signature.find('/', key) - key).c_str());
    return {200, {}, "{}"};
}

int main() {
    Home home; // a program on a real machine leaves `source` and `writer` out
    const auto settings = belfry::load_settings({.source = &home});
    if (!settings) return fail(settings.error());
    auto config = settings->client_config(voice::service);
    if (!config) return fail(config.error());

    const belfry::TransportHandle server(answer);
    belfry::Transport& transport = server.get();
    belfry::OpenSslEcdsa ecdsa;
    belfry::LoginCredentials login(ecdsa);
    belfry::DefaultCredentials credentials(*settings, transport, {.login = &login, .writer = &home});
    config->credentials = credentials;

    const voice::Client client(*std::move(config), transport);
    for (int i = 0; i < 2; ++i) {
        const auto task = client.get_speaker_search_task({
            .voice_connector_id = "abcdef1ghij2klmno3pqr4",
            .speaker_search_task_id = "a-task",
        });
        if (!task) return fail(task.error());
    }
}
