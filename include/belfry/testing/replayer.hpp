// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/detail/redacted_json.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <fstream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::testing {
namespace detail {

/// The file of a `Recorder`. Threads may share it.
class Recording {
  public:
    explicit Recording(const std::string& path) : path_(path) {
        std::ifstream file(path, std::ios::binary);
        if (!file) problem_ = "the recording '" + path + "' cannot be opened";
        std::string line;
        for (std::size_t number = 1; std::getline(file, line); ++number) {
            if (line.empty()) continue;
            nlohmann::json entry = nlohmann::json::parse(line, nullptr, false);
            if (!entry.is_object() || !entry.contains("operation") || !entry.contains("input"))
                problem_ =
                    path + ":" + std::to_string(number) + ": this is not an exchange that a Recorder wrote";
            else
                entries_.push_back({std::move(entry), false});
        }
    }
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
    /// Takes the next exchange of an operation with this input; null, with the reason in `why`, if there is
    /// none.
    [[nodiscard]] const nlohmann::json* take(std::string_view operation, const nlohmann::json& input,
                                             std::string& why) {
        const std::lock_guard<std::mutex> lock(mutex_);
        why = problem_;
        if (!why.empty()) return nullptr;
        const Entry* other = nullptr;
        for (Entry& entry : entries_) {
            if (entry.used || entry.json["operation"] != operation) continue;
            if (entry.json["input"] == input) {
                entry.used = true;
                return &entry.json;
            }
            if (other == nullptr) other = &entry;
        }
        why = "the recording '" + path_ + "' has no further exchange of " + std::string(operation) +
              " with this input";
        if (other != nullptr)
            why += "; to be the next one, the input would have to change: " +
                   nlohmann::json::diff(input, other->json["input"]).dump();
        return nullptr;
    }
    [[nodiscard]] std::size_t pending() {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t count = 0;
        for (const Entry& entry : entries_) count += entry.used ? 0 : 1;
        return count;
    }

  private:
    struct Entry {
        nlohmann::json json;
        bool used;
    };
    std::string path_;
    std::string problem_{};
    std::mutex mutex_{};
    std::vector<Entry> entries_{};
};

/// Makes a recorded error the exception `E`, if it is that one.
template <class E> void replay_exception(const nlohmann::json& recorded, std::optional<Error>& error) {
    const Structure& shape = structure_of<E>;
    if (error || recorded.value("shape", "") != shape.name) return;
    E exception = E();
    std::string fault;
    if (!from_json(recorded.value("members", nlohmann::json::object()), shape, &exception, fault)) return;
    error = service_error(std::move(exception));
    error->http_status = recorded.value("status", error->http_status);
}

/// The error of an exchange; none if it has an output.
template <class... Exceptions>
[[nodiscard]] std::optional<Error> recorded_error(const nlohmann::json& entry) {
    std::optional<Error> error;
    if (entry.contains("failure")) {
        const std::string code = entry["failure"].value("code", "");
        error = transport_error(TransportStatus::failed, entry["failure"].value("message", ""));
        for (int i = 1; i <= static_cast<int>(TransportStatus::failed); ++i) {
            const auto status = static_cast<TransportStatus>(i);
            if (code == belfry::detail::transport_failure(status).code)
                error = transport_error(status, entry["failure"].value("message", ""));
        }
    } else if (entry.contains("error")) {
        const nlohmann::json& recorded = entry["error"];
        (replay_exception<Exceptions>(recorded, error), ...);
        if (!error)
            error = service_error(recorded.value("code", ""), recorded.value("message", ""),
                                  recorded.value("status", 400));
    }
    return error;
}

} // namespace detail

/// Lets a fake answer from the file of a `Recorder`: each exchange serves one call, whose input has to be the
/// recorded one. Sensitive members and idempotency tokens are not compared; sensitive members of outputs are
/// `***`. A call without such an exchange ends with the code `UnexpectedCall`, and its message says how the
/// input differs.
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
    template <class O, class... Exceptions> Rule<O>& replay(Fake& fake) {
        return fake.on<O>([recording =
                               recording_](const typename O::Input& input) -> Result<typename O::Output> {
            const Operation& operation = operation_of<O>;
            std::string why;
            const nlohmann::json* const entry =
                recording->take(operation.name, detail::redacted_input(*operation.input, &input), why);
            if (entry == nullptr) return service_error("UnexpectedCall", why, 501);
            if (std::optional<Error> error = detail::recorded_error<Exceptions...>(*entry)) return *error;
            typename O::Output output = typename O::Output();
            if (!from_json(entry->value("output", nlohmann::json::object()), *operation.output, &output, why))
                return service_error("InvalidRecording", why, 501);
            return output;
        });
    }
    /// Why the file cannot be used; empty if it can.
    [[nodiscard]] const std::string& problem() const noexcept { return recording_->problem(); }
    /// How many exchanges have not been used yet.
    [[nodiscard]] std::size_t pending() const { return recording_->pending(); }

  private:
    std::shared_ptr<detail::Recording> recording_;
};

} // namespace belfry::inline v0::testing
