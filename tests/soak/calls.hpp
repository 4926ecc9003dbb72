// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async.hpp>
#include <belfry/chime_sdk_voice/client.hpp>

#include "plan.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace soak {

/// How a call ended, whatever its operation.
struct Outcome {
    bool succeeded = false;
    int attempts = 0;
    /// The number in the output, as text.
    std::string number;
    belfry::Error error;
};

/// The inputs of the calls with that number.
[[nodiscard]] belfry::chime_sdk_voice::GetSpeakerSearchTaskRequest get_input(std::uint32_t number);
[[nodiscard]] belfry::chime_sdk_voice::CreateVoiceConnectorRequest create_input(std::uint32_t number);

/// Calls the operation of that number.
[[nodiscard]] Outcome call(const belfry::chime_sdk_voice::Client& client, std::uint32_t number,
                           belfry::CallOptions options = {});
void start(const belfry::AsyncCaller& caller, std::uint32_t number, belfry::CallOptions options,
           std::function<void(const Outcome&)> done);

/// A client whose retries come soon.
[[nodiscard]] belfry::ClientConfig config_for(const std::string& endpoint);

} // namespace soak
