// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/interop/nlohmann.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The file of a `Recorder`, as a `Replayer` reads it.
namespace belfry::inline v0::testing::detail {

/// The deepest nesting of a line: that of any shape that is decoded, and the levels around it.
inline constexpr int max_recording_depth = 160;

/// Parses a line of a recording; null, with the reason in `fault`, if it is not an object of JSON.
[[nodiscard]] inline nlohmann::json parse_recorded_line(const std::string& line, std::string& fault) {
    bool too_deep = false;
    // Values that are nested deeper are not kept: walking through them would exhaust the stack.
    const auto keep = [&](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
        too_deep = too_deep || depth > max_recording_depth;
        return depth <= max_recording_depth;
    };
    nlohmann::json parsed = nlohmann::json::parse(line, keep, false);
    if (parsed.is_discarded())
        fault = "the line is not JSON";
    else if (too_deep)
        fault = "the line is nested deeper than " + std::to_string(max_recording_depth) + " levels";
    else if (!parsed.is_object())
        fault = "the line is not a JSON object";
    return fault.empty() ? parsed : nlohmann::json();
}

/// Checks that a recorded object has fields of these types. They stay named by their path, such as
/// `error.code`.
class RecordedFields {
  public:
    RecordedFields(const nlohmann::json& object, std::string path)
        : object_(object), path_(std::move(path)) {}
    [[nodiscard]] bool has(const char* name) const { return object_.contains(name); }
    /// False, with the reason in `fault`, unless the field is there and passes `is`.
    [[nodiscard]] bool require(const char* name, bool (nlohmann::json::*is)() const noexcept,
                               std::string_view type, std::string& fault) const {
        const auto found = object_.find(name);
        if (found != object_.end() && ((*found).*is)()) return true;
        fault = "the field '" + path_ + name + (found == object_.end() ? "' is missing" : "' is not ");
        if (found != object_.end()) fault.append(type);
        return false;
    }
    [[nodiscard]] bool object(const char* name, std::string& fault) const {
        return require(name, &nlohmann::json::is_object, "an object", fault);
    }
    [[nodiscard]] bool text(const char* name, std::string& fault) const {
        return require(name, &nlohmann::json::is_string, "a string", fault);
    }
    [[nodiscard]] bool status(const char* name, std::string& fault) const {
        if (!require(name, &nlohmann::json::is_number_unsigned, "a status of HTTP", fault)) return false;
        const auto number = object_.find(name)->get<std::size_t>();
        if (number < 100 || number > 599) fault = "the field '" + path_ + name + "' is not a status of HTTP";
        return fault.empty();
    }

  private:
    const nlohmann::json& object_;
    std::string path_;
};

/// Whether an object has an error or a failure as a `Recorder` writes it; else `fault` says which field is
/// wrong. `path` is that of the object, with a dot behind it.
[[nodiscard]] inline bool check_fault(const nlohmann::json& object, const std::string& path,
                                      std::string& fault) {
    const RecordedFields fields(object, path);
    if (fields.has("failure")) {
        if (!fields.object("failure", fault)) return false;
        const RecordedFields failure(object["failure"], path + "failure.");
        return failure.text("code", fault) && failure.text("message", fault);
    }
    if (!fields.object("error", fault)) return false;
    const RecordedFields error(object["error"], path + "error.");
    return error.text("code", fault) && error.text("message", fault) && error.status("status", fault) &&
           (!(error.has("shape") || error.has("members")) ||
            (error.text("shape", fault) && error.object("members", fault)));
}

/// Whether a line is an exchange that a `Recorder` writes; else `fault` says which field is wrong.
[[nodiscard]] inline bool check_exchange(const nlohmann::json& entry, std::string& fault) {
    const RecordedFields fields(entry, "");
    if (!fields.text("operation", fault) || !fields.object("input", fault)) return false;
    if (fields.has("output") + fields.has("error") + fields.has("failure") != 1) {
        fault = "the exchange must have one of the fields 'output', 'error' and 'failure'";
        return false;
    }
    if (!fields.has("output")) return check_fault(entry, "", fault);
    if (!fields.object("output", fault)) return false;
    if (fields.has("events") && !fields.require("events", &nlohmann::json::is_array, "a list", fault))
        return false;
    return !fields.has("end") || (fields.object("end", fault) && check_fault(entry["end"], "end.", fault));
}

/// The exchanges of a file. Threads may share it.
class Recording {
  public:
    explicit Recording(const std::string& path) : path_(path) {
        std::ifstream file(path, std::ios::binary);
        if (!file) problem_ = "the recording '" + path + "' cannot be opened";
        std::string line;
        for (std::size_t number = 1; problem_.empty() && std::getline(file, line); ++number) {
            if (line.empty()) continue;
            std::string fault;
            nlohmann::json entry = parse_recorded_line(line, fault);
            if (!fault.empty() || !check_exchange(entry, fault))
                problem_ = place(number) + fault;
            else
                entries_.push_back({std::move(entry), number, false});
        }
        if (problem_.empty() && file.bad()) problem_ = "the recording '" + path + "' cannot be read";
    }
    [[nodiscard]] std::string problem() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return problem_;
    }
    /// Notes the first exchange of an operation that `check` refuses: a function of the exchange and of a
    /// text for the reason.
    template <class Check> void check(std::string_view operation, const Check& check) {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::string fault;
        for (const Entry& entry : entries_)
            if (problem_.empty() && entry.json["operation"] == operation && !check(entry.json, fault))
                problem_ = place(entry.line) + fault;
    }
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
                   nlohmann::json::diff(input, other->json["input"])
                       .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        return nullptr;
    }
    [[nodiscard]] std::size_t pending() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        std::size_t count = 0;
        for (const Entry& entry : entries_) count += entry.used ? 0 : 1;
        return count;
    }

  private:
    struct Entry {
        nlohmann::json json;
        std::size_t line;
        bool used;
    };
    [[nodiscard]] std::string place(std::size_t line) const {
        return path_ + ':' + std::to_string(line) + ": this is not an exchange that a Recorder wrote: ";
    }

    std::string path_;
    std::string problem_{};
    mutable std::mutex mutex_{};
    std::vector<Entry> entries_{};
};

} // namespace belfry::inline v0::testing::detail
