// SPDX-License-Identifier: Apache-2.0
// A role that the program names itself, and a code of an MFA device. A callable plays AWS STS, so that the
// program prints the same on each machine.
//
// Prints:
//   the code of arn:aws:iam::123456789012:mfa/me is asked for
//   AssumeRole with the code 123456
//   ASIAEXAMPLE of the account 123456789012
//   ASIAEXAMPLE of the account 123456789012
#include <belfry/default_credentials.hpp>
#include <belfry/role_credentials.hpp>
#include <belfry/settings.hpp>

#include <cstdio>
#include <string>
#include <string_view>

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

/// Asks the user; this one knows the code.
class User final : public belfry::MfaCodeProvider {
  public:
    belfry::Result<std::string> code(std::string_view serial) override {
        std::printf("the code of %.*s is asked for\n", static_cast<int>(serial.size()), serial.data());
        return std::string("123456");
    }
};

/// AWS STS.
belfry::HttpResponse answer(const belfry::HttpRequest& request) {
    const std::size_t code = request.body.find("TokenCode=");
    std::printf("AssumeRole with the code %s\n", request.body.substr(code + 10, 6).c_str());
    return {200,
            {},
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
            "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
            "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>"
            "arn:aws:sts::123456789012:assumed-role/ringer/night</Arn></AssumedRoleUser></AssumeRoleResult>"
            "</AssumeRoleResponse>"};
}

int main() {
    const auto settings = belfry::load_settings({.overrides = {{"region", "us-east-1"}}});
    if (!settings) return fail(settings.error());
    const belfry::TransportHandle sts(answer);
    belfry::Transport& transport = sts.get();

    User user;
    belfry::OwnCredentialsSource base(belfry::Credentials{"AKIDEXAMPLE", "secret"});
    belfry::AssumeRoleSource role(base,
                                  {.role_arn = "arn:aws:iam::123456789012:role/ringer",
                                   .session_name = "night",
                                   .mfa_serial = "arn:aws:iam::123456789012:mfa/me",
                                   .mfa = &user},
                                  *settings);
    belfry::CachedCredentials credentials(role, transport);

    for (int i = 0; i < 2; ++i) {
        const auto keys = credentials.credentials();
        if (!keys) return fail(keys.error());
        std::printf("%s of the account %s\n", keys->access_key_id.c_str(), keys->account_id.c_str());
    }
}
