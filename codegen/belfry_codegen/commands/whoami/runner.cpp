// SPDX-License-Identifier: Apache-2.0
// Prints what a client would use, for `belfry whoami`. Each line has a word, and fields between tabs:
//   setting NAME VALUE PLACE     a setting that is set
//   failed TEXT                  why the settings cannot be read
//   passed SOURCE REASON         a source of credentials that is not set up
//   error SOURCE REASON          a source that is set up and fails
//   credentials SOURCE KEY TIME  the key's id, shortened, or what they are else; and the seconds since 1970
//   when they expire, or nothing
// Arguments: the profile, or an empty text for the environment's; and of a service, or empty texts, the SDK
// id, the name that its requests are signed for, and the enumerator of BearerTokens.
// The macros WITH_CURL, WITH_PUGIXML and WITH_OPENSSL are 1 if the program is linked with that library.
#include <belfry/adaptive_retry.hpp>
#include <belfry/service_credentials.hpp>
#include <belfry/settings.hpp>

#if WITH_PUGIXML
#include <belfry/role_credentials.hpp>
constexpr belfry::ProfileExtension extension = belfry::role_credentials;
#else
#include <belfry/identity/mfa.hpp>
#include <belfry/sso_credentials.hpp>
constexpr belfry::ProfileExtension extension = belfry::sso_credentials;
#endif

#if WITH_OPENSSL
#include <belfry/login_credentials.hpp>
#include <belfry/openssl_ecdsa.hpp>
#endif

#if WITH_CURL
#include <belfry/transport/curl.hpp>
using Transport = belfry::CurlTransport;
#else
// Servers of containers and instances are asked over http.
#include <belfry/transport/socket.hpp>
using Transport = belfry::SocketTransport;
#endif

#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace {

using belfry::BearerTokens;
using belfry::Setting;
using belfry::Settings;

void print(std::initializer_list<std::string_view> fields) {
    std::string line;
    for (const std::string_view field : fields) {
        if (!line.empty()) line += '\t';
        belfry::detail::append_log_text(line, field);
    }
    std::puts(line.c_str());
}

int fail(const belfry::Error& error) {
    print({"failed", error.message});
    return 1;
}

void print_setting(std::string_view name, const std::optional<Setting>& setting) {
    if (setting) print({"setting", name, setting->value, belfry::describe_origin(*setting)});
}

BearerTokens tokens_of(std::string_view enumerator) {
    if (enumerator == "accepted") return BearerTokens::accepted;
    if (enumerator == "preferred") return BearerTokens::preferred;
    return enumerator == "required" ? BearerTokens::required : BearerTokens::none;
}

/// Prints how a client of the service would be configured; false after an error.
bool print_client(const Settings& settings, const belfry::Service& service) {
    const auto config = settings.client_config(service);
    const auto url = settings.endpoint_url(service);
    if (!config || !url) return fail(config ? url.error() : config.error()) == 0;
    print_setting("region", settings.find("region"));
    print_setting("endpoint_url", *url);
    // A client has these whether they are set or not.
    if (config->use_fips) print({"setting", "use_fips_endpoint", "true", ""});
    if (config->use_dual_stack) print({"setting", "use_dualstack_endpoint", "true", ""});
    if (service.bearer_tokens == BearerTokens::none) return true;
    const belfry::BearerTokenUse token = belfry::bearer_token_use(settings, service);
    print({"setting", "auth_scheme", token.used ? "httpBearerAuth" : "sigv4",
           token.decided_by ? belfry::describe_origin(*token.decided_by) : ""});
    return true;
}

std::string shortened(const std::string& key) {
    if (key.size() < 12) return "(short)";
    return key.substr(0, 4) + "..." + key.substr(key.size() - 4);
}

/// Asks the user for the code of an MFA device, on the terminal.
class Terminal final : public belfry::MfaCodeProvider {
  public:
    belfry::Result<std::string> code(std::string_view serial) override {
        std::FILE* const terminal = std::fopen("/dev/tty", "r+");
        char line[32] = {};
        if (terminal != nullptr) {
            std::string question = "The code of the MFA device ";
            belfry::detail::append_log_text(question, serial);
            std::fprintf(terminal, "%s: ", question.c_str());
            std::fflush(terminal);
            if (std::fgets(line, sizeof line, terminal) == nullptr) line[0] = '\0';
            std::fclose(terminal);
        }
        std::string code;
        for (const char c : std::string_view(line))
            if (c >= '0' && c <= '9') code += c;
        if (code.empty())
            return belfry::detail::credentials_error("NoCode", {"none was typed in at a terminal"});
        return code;
    }
};

/// Prints the outcome of each source, up to the first one that is set up; false without credentials.
bool print_credentials(const Settings& settings, const belfry::Service& service) {
    Transport transport;
    Terminal terminal;
    belfry::CredentialsOptions options{.extension = extension, .mfa = &terminal};
#if WITH_OPENSSL
    belfry::OpenSslEcdsa ecdsa;
    belfry::LoginCredentials login(ecdsa);
    options.login = &login;
#endif
    belfry::ServiceCredentials credentials(service, settings, transport, options);
    for (belfry::CredentialsSource* const source : credentials.sources()) {
        const auto fetch = source->fetch();
        const auto result = belfry::fetch_credentials(*fetch, transport, belfry::detail::system_environment);
        if (result) {
            const std::string expiration =
                result->expiration ? std::to_string(result->expiration->seconds) : "";
            std::string place(source->name());
            if (!fetch->origin().empty()) place += ": " + fetch->origin();
            const bool is_token = !result->bearer_token.empty();
            print({"credentials", place, is_token ? "a bearer token" : shortened(result->access_key_id),
                   expiration});
            return true;
        }
        print({fetch->is_absent() ? "passed" : "error", source->name(), result.error().message});
        if (!fetch->is_absent()) return false;
    }
    return false;
}

} // namespace

int main(int count, char** arguments) {
    const auto settings =
        belfry::load_settings({.profile = count > 1 ? arguments[1] : "", .adaptive = belfry::adaptive_retry});
    if (!settings) return fail(settings.error());
    const std::optional<Setting>& named = settings->profile_setting();
    print(
        {"setting", "profile", settings->profile(), named ? belfry::describe_origin(*named) : "the default"});
    const auto argument = [&](int i) { return std::string_view(i < count ? arguments[i] : ""); };
    const belfry::Service service{.id = argument(2),
                                  .name = {},
                                  .api_version = {},
                                  .signing_name = argument(3),
                                  .protocol = nullptr,
                                  .endpoint_rules = nullptr,
                                  .bearer_tokens = tokens_of(argument(4))};
    if (!print_client(*settings, service)) return 1;
    return print_credentials(*settings, service) ? 0 : 1;
}
