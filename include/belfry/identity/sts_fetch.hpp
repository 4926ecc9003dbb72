// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/operation_call.hpp>
#include <belfry/identity/sts/service.hpp>
#include <belfry/identity/sts/types/endpoint_options.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// The account in an ARN, which is its fifth part; empty without.
[[nodiscard]] inline std::string_view account_of_arn(std::string_view arn) noexcept {
    for (int i = 0; i < 4; ++i) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        arn.remove_prefix(colon + 1);
    }
    return arn.substr(0, arn.find(':'));
}

/// Gets credentials by the operation `O` of STS.
template <class O> class StsFetch : public CredentialsFetch {
  public:
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow(call_->on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow(call_->on_waited()); }

  protected:
    using Input = typename O::Input;

    StsFetch(const Settings& settings, Environment& environment, std::string_view operation,
             std::string_view role, std::string_view place)
        : settings_(settings), environment_(environment), name_(operation) {
        append_text(name_, " for the role '");
        append_log_text(name_, role);
        append_char(name_, '\'');
        if (place.empty()) return;
        append_text(name_, " of ");
        append_text(name_, place);
    }

    /// Names the call, for errors.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// The same, for the beginning of a text.
    [[nodiscard]] std::string subject() const { return name_ + ": "; }
    /// A name for a session that is not given one.
    [[nodiscard]] std::string session_name() const {
        return "belfry-session-" + std::to_string(environment_.now().seconds);
    }
    /// Calls the operation. `region` is that of the settings if it is empty.
    Step call(const Input& input, CredentialsHandle credentials, const std::string& region) {
        Result<ClientConfig> config = settings_.client_config(identity::sts::service);
        if (!config) return finish(std::move(config).error());
        Result<identity::sts::EndpointOptions> options =
            settings_.endpoint_options<identity::sts::EndpointOptions>(identity::sts::service);
        if (!options) return finish(std::move(options).error());
        endpoint_options_ = *options;
        config->endpoint_options = {&structure_of<identity::sts::EndpointOptions>, &endpoint_options_};
        config->credentials = std::move(credentials);
        config->environment = &environment_;
        if (!region.empty()) config->region = region;
        if (config->region.empty())
            return fail("NoRegion", {subject(), "there is no region whose STS could be asked; set ",
                                     "AWS_REGION or the profile's region"});
        call_ = Owned<OperationCall<O>>(new OperationCall<O>(*std::move(config)));
        return follow(call_->start(input));
    }
    virtual Step on_failure(Error& error) = 0;

  private:
    Step follow(Step step) {
        if (pass_on(step, *call_) != Step::done) return step;
        if (!call_->succeeded()) return on_failure(call_->error());
        return take(call_->output());
    }
    Step take(typename O::Output& output) {
        Credentials credentials;
        const auto missing = [&](std::string_view member) {
            return fail("InvalidCredentials", {subject(), "STS answered without a valid ", member});
        };
        if (!output.credentials) return missing("Credentials");
        auto& from = *output.credentials;
        take_secret(from.access_key_id, credentials.access_key_id);
        take_secret(from.secret_access_key, credentials.secret_access_key);
        take_secret(from.session_token, credentials.session_token);
        credentials.expiration = from.expiration;
        if (credentials.access_key_id.empty()) return missing("AccessKeyId");
        if (credentials.secret_access_key.empty()) return missing("SecretAccessKey");
        if (credentials.session_token.empty()) return missing("SessionToken");
        if (!credentials.expiration) return missing("Expiration");
        if (*credentials.expiration <= environment_.now())
            return fail("ExpiredCredentials",
                        {subject(), "STS answered with credentials that have expired; check the clock"});
        if (output.assumed_role_user && output.assumed_role_user->arn)
            credentials.account_id = account_of_arn(*output.assumed_role_user->arn);
        origin_ = name_;
        return finish(std::move(credentials));
    }

    const Settings& settings_;
    Environment& environment_;
    std::string name_;
    identity::sts::EndpointOptions endpoint_options_{};
    Owned<OperationCall<O>> call_{};
};

} // namespace belfry::inline v0::detail
