// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/detail/recorded_events.hpp>
#include <belfry/testing/detail/recording.hpp>
#include <belfry/testing/detail/redacted_json.hpp>
#include <belfry/testing/events.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0::testing {
namespace detail {

/// Whether a recorded error is the exception `E`, and its members can be read; else `fault` says why.
template <class E> [[nodiscard]] bool check_exception(const nlohmann::json& recorded, std::string& fault) {
    const Structure& shape = structure_of<E>;
    const auto name = recorded.find("shape");
    if (name == recorded.end() || *name != shape.name) return true;
    E exception = E();
    if (from_json(recorded["members"], shape, &exception, fault)) return true;
    fault.insert(0, "the field 'error.members': ");
    return false;
}

/// Whether the outcome of an exchange can be read; else `fault` says why not.
template <class O, class... Exceptions>
[[nodiscard]] bool check_outcome(const nlohmann::json& entry, std::string& fault) {
    if (const auto error = entry.find("error"); error != entry.end())
        return (check_exception<Exceptions>(*error, fault) && ...);
    if (entry.contains("failure")) return true;
    typename O::Output output = typename O::Output();
    if (!from_json(entry["output"], *operation_of<O>.output, &output, fault)) {
        fault.insert(0, "the field 'output': ");
        return false;
    }
    if constexpr (requires { typename O::OutputEvents; }) {
        if (!check_events<O>(entry, fault)) return false;
        if (const auto end = entry.find("end"); end != entry.end() && end->contains("error"))
            return (check_exception<Exceptions>((*end)["error"], fault) && ...);
    }
    return true;
}

/// Makes a recorded error the exception `E`, if it is that one.
template <class E> void replay_exception(const nlohmann::json& recorded, std::optional<Error>& error) {
    const Structure& shape = structure_of<E>;
    const auto name = recorded.find("shape");
    if (error || name == recorded.end() || *name != shape.name) return;
    E exception = E();
    std::string fault;
    if (!from_json(recorded["members"], shape, &exception, fault)) return;
    error = service_error(std::move(exception));
    error->http_status = recorded["status"].get<int>();
}

/// The failure of the transport that was recorded.
[[nodiscard]] inline Error recorded_failure(const nlohmann::json& failure) {
    const auto code = failure["code"].get<std::string>();
    const auto message = failure["message"].get<std::string>();
    for (int i = 1; i <= static_cast<int>(TransportStatus::failed); ++i) {
        const auto status = static_cast<TransportStatus>(i);
        if (code == belfry::detail::transport_failure(status).code) return transport_error(status, message);
    }
    return transport_error(TransportStatus::failed, message);
}

/// The error of an exchange; none if it has an output.
template <class... Exceptions>
[[nodiscard]] std::optional<Error> recorded_error(const nlohmann::json& entry) {
    std::optional<Error> error;
    if (const auto failure = entry.find("failure"); failure != entry.end())
        error = recorded_failure(*failure);
    const auto recorded = entry.find("error");
    if (recorded == entry.end()) return error;
    (replay_exception<Exceptions>(*recorded, error), ...);
    if (!error)
        error = service_error((*recorded)["code"].template get<std::string>(),
                              (*recorded)["message"].template get<std::string>(),
                              (*recorded)["status"].template get<int>());
    return error;
}

/// Answers a call with a recorded stream of events. The result ends the stream, or is the response if
/// nothing was sent.
template <class O, class... Exceptions>
[[nodiscard]] std::optional<Error> replay_events(const nlohmann::json& entry, ServiceStream<O>& stream) {
    if (std::optional<Error> error = recorded_error<Exceptions...>(entry)) return error;
    std::string why;
    typename O::Output output = typename O::Output();
    if (!from_json(entry["output"], *operation_of<O>.output, &output, why))
        return service_error("InvalidRecording", why, 501);
    stream.respond(output);
    for (const nlohmann::json& recorded : entry["events"]) {
        typename O::OutputEvents event = typename O::OutputEvents();
        if (!from_json(recorded, structure_of<typename O::OutputEvents>, &event, why))
            return service_error("InvalidRecording", why, 501);
        if (!stream.send(event)) return std::nullopt;
    }
    const auto end = entry.find("end");
    return end != entry.end() ? recorded_error<Exceptions...>(*end) : std::nullopt;
}

} // namespace detail

/// Lets a fake answer from the file of a `Recorder`: each exchange serves one call, whose input has to be the
/// recorded one. Sensitive members and idempotency tokens are not compared; sensitive members of outputs are
/// `***`. Events of responses are sent at once. A call without such an exchange ends with the code
/// `UnexpectedCall`, and its message says how the input differs.
///
///     belfry::testing::Replayer replayer("calls.jsonl");
///     voice::Fake fake;
///     replayer.replay<voice::operations::GetSpeakerSearchTask, voice::NotFoundException>(fake);
///
/// Needs nlohmann/json.
class Replayer {
  public:
    explicit Replayer(const std::string& path) : recording_(std::make_shared<detail::Recording>(path)) {}

    /// Sets the fake's handler of an operation. `Exceptions` are those that errors with members become.
    template <class O, class... Exceptions> RuleOf<O>& replay(Fake& fake) {
        static_assert(!requires { typename O::InputEvents; }, "events of requests are not recorded");
        recording_->check(operation_of<O>.name, [](const nlohmann::json& entry, std::string& fault) {
            return detail::check_outcome<O, Exceptions...>(entry, fault);
        });
        if constexpr (requires { typename O::OutputEvents; })
            return fake.on<O>([recording = recording_](const typename O::Input& input,
                                                       ServiceStream<O>& stream) -> std::optional<Error> {
                const Operation& operation = operation_of<O>;
                std::string why;
                const nlohmann::json* const entry =
                    recording->take(operation.name, detail::redacted_input(*operation.input, &input), why);
                if (entry == nullptr) return service_error("UnexpectedCall", why, 501);
                return detail::replay_events<O, Exceptions...>(*entry, stream);
            });
        else
            return fake.on<O>([recording =
                                   recording_](const typename O::Input& input) -> Result<typename O::Output> {
                const Operation& operation = operation_of<O>;
                std::string why;
                const nlohmann::json* const entry =
                    recording->take(operation.name, detail::redacted_input(*operation.input, &input), why);
                if (entry == nullptr) return service_error("UnexpectedCall", why, 501);
                if (std::optional<Error> error = detail::recorded_error<Exceptions...>(*entry)) return *error;
                typename O::Output output = typename O::Output();
                if (!from_json((*entry)["output"], *operation.output, &output, why))
                    return service_error("InvalidRecording", why, 501);
                return output;
            });
    }
    /// Why the file cannot be used: file, line, and the field that is wrong; empty if it can. The members of
    /// outputs and exceptions are checked by `replay`. Calls fail with this text.
    [[nodiscard]] std::string problem() const { return recording_->problem(); }
    /// How many exchanges have not been used yet.
    [[nodiscard]] std::size_t pending() const { return recording_->pending(); }

  private:
    std::shared_ptr<detail::Recording> recording_;
};

} // namespace belfry::inline v0::testing
