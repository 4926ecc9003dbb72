// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <belfry/codec/json.hpp>
#include <belfry/schema/describe.hpp>

#include <cstddef>
#include <optional>

namespace belfry_wire {
namespace {

struct ClientShape {
    std::optional<std::string> region{};
    std::optional<std::string> endpoint{};
    std::optional<bool> use_fips{};
    std::optional<bool> use_dual_stack{};
    std::optional<std::string> account_id{};
    std::optional<std::string> bearer_token{};
    std::optional<belfry::Document> endpoint_options{};
};
template <std::same_as<ClientShape> S> constexpr auto belfry_describe(const S*) {
    return belfry::Description<7>{
        .name = "client",
        .members = {
            {"region", belfry::type_of<decltype(S::region)>, offsetof(S, region)},
            {"endpoint", belfry::type_of<decltype(S::endpoint)>, offsetof(S, endpoint)},
            {"use_fips", belfry::type_of<decltype(S::use_fips)>, offsetof(S, use_fips)},
            {"use_dual_stack", belfry::type_of<decltype(S::use_dual_stack)>, offsetof(S, use_dual_stack)},
            {"account_id", belfry::type_of<decltype(S::account_id)>, offsetof(S, account_id)},
            {"bearer_token", belfry::type_of<decltype(S::bearer_token)>, offsetof(S, bearer_token)},
            {"endpoint_options", belfry::type_of<decltype(S::endpoint_options)>,
             offsetof(S, endpoint_options)}}};
}

[[nodiscard]] belfry::JsonOptions strict() {
    belfry::JsonOptions options;
    options.reject_unknown_members = true;
    return options;
}

} // namespace

bool read_settings(std::string_view text, Settings& settings, std::string& fault) {
    ClientShape shape;
    if (!belfry::decode_json(text, belfry::type_of<ClientShape>, &shape, strict(), fault)) return false;
    belfry::ClientConfig& config = settings.config;
    if (shape.region) config.region = *shape.region;
    if (shape.endpoint) config.endpoint = *shape.endpoint;
    if (shape.use_fips) config.use_fips = *shape.use_fips;
    if (shape.use_dual_stack) config.use_dual_stack = *shape.use_dual_stack;
    if (shape.account_id || shape.bearer_token) {
        belfry::Result<belfry::Credentials> credentials = config.credentials.credentials();
        if (!credentials) {
            fault = credentials.error().message;
            return false;
        }
        if (shape.account_id) credentials->account_id = *shape.account_id;
        if (shape.bearer_token) credentials->bearer_token = *shape.bearer_token;
        config.credentials = *credentials;
    }
    if (!shape.endpoint_options) return true;
    const ShapeEntry* const entry = endpoint_options_entry();
    if (entry == nullptr) {
        fault = "client.endpoint_options: the service has none";
        return false;
    }
    settings.endpoint_options = std::make_unique<Object>(*entry);
    const Object& options = *settings.endpoint_options;
    config.endpoint_options = {&options.structure(), options.get()};
    return belfry::decode_json(shape.endpoint_options->json(), options.structure(), options.get(), strict(),
                               fault);
}

} // namespace belfry_wire
