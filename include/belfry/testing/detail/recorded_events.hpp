// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/events/messages.hpp>
#include <belfry/http/response.hpp>
#include <belfry/interop/nlohmann.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/detail/redacted_json.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

/// The events of a response in the file of a `Recorder`: the array `events` beside `output`, and `end`, which
/// has the error or failure that ended them.
namespace belfry::inline v0::testing::detail {

/// Adds the members of the exception `E` to a recorded error, if a stream ended with that one.
template <class E> void record_streamed_exception(const Error& error, nlohmann::json& described) {
    const auto exception = error.as<E>();
    if (!exception) return;
    described["shape"] = structure_of<E>.name;
    described["members"] = redacted_json(structure_of<E>, &*exception);
}

/// Reads the events of a response into `entry`. If the response is not `whole`, because the client or the
/// transport ended it, its last bytes need not be an event. False, with the reason in `error`, if it cannot
/// be read.
template <class O, class... Exceptions>
[[nodiscard]] bool record_events(const HttpResponse& response, bool whole, nlohmann::json& entry,
                                 Error& error) {
    EventDecoder<O> decoder;
    nlohmann::json events = nlohmann::json::array();
    bool read = decoder.begin(response.status, response.headers);
    if (read) decoder.feed(response.body);
    while (read) {
        const std::optional<typename O::OutputEvents> event = decoder.next();
        if (!event) break;
        events.push_back(redacted_json(structure_of<typename O::OutputEvents>, &*event));
    }
    if (read && whole && decoder.error().kind == ErrorKind::none) read = decoder.finish();
    const Error& fault = decoder.error();
    if (fault.kind == ErrorKind::service) {
        nlohmann::json described{
            {"code", fault.code}, {"message", fault.message}, {"status", response.status}};
        (record_streamed_exception<Exceptions>(fault, described), ...);
        entry["end"]["error"] = std::move(described);
    } else if (!read || fault.kind != ErrorKind::none) {
        error = fault;
        return false;
    }
    const Result<typename O::Output> output = decoder.output();
    if (!output.has_value()) {
        error = output.error();
        return false;
    }
    entry["output"] = redacted_json(*operation_of<O>.output, &*output);
    entry["events"] = std::move(events);
    return true;
}

/// Whether recorded events can be read; else `fault` says which cannot.
template <class O> [[nodiscard]] bool check_events(const nlohmann::json& entry, std::string& fault) {
    if (entry.contains("error") || entry.contains("failure")) return true;
    const auto events = entry.find("events");
    if (events == entry.end()) {
        fault = "the field 'events' is missing";
        return false;
    }
    for (std::size_t i = 0; i < events->size(); ++i) {
        typename O::OutputEvents event = typename O::OutputEvents();
        if (from_json((*events)[i], structure_of<typename O::OutputEvents>, &event, fault)) continue;
        fault.insert(0, "the field 'events[" + std::to_string(i) + "]': ");
        return false;
    }
    return true;
}

} // namespace belfry::inline v0::testing::detail
