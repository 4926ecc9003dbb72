// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/lambda/list_functions.hpp>

#include "lambda_members.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

/// Lambda's ListFunctions written by hand with nlohmann/json: decoding parses into a DOM and copies it into
/// the structs; encoding builds a DOM and dumps it.
namespace with_nlohmann {

namespace lambda = belfry::lambda;
using Json = nlohmann::json;

using lambda_members::members;

inline void read(const Json& json, std::string& out) { out = json.get_ref<const std::string&>(); }
inline void read(const Json& json, bool& out) { out = json.get<bool>(); }
inline void read(const Json& json, std::int32_t& out) { out = json.get<std::int32_t>(); }
inline void read(const Json& json, std::int64_t& out) { out = json.get<std::int64_t>(); }
template <belfry::OpenEnumType E> void read(const Json& json, E& out) {
    out = E(json.get_ref<const std::string&>());
}
template <belfry::Shape S> void read(const Json& json, S& out);
template <class T> void read(const Json& json, std::optional<T>& out) { read(json, out.emplace()); }
template <class T> void read(const Json& json, belfry::Optional<T>& out) { read(json, out.emplace()); }
template <class T> void read(const Json& json, belfry::List<T>& out) {
    out.emplace();
    out.reserve(json.size());
    for (const Json& element : json) read(element, out.emplace_back());
}
template <class V> void read(const Json& json, belfry::Map<V>& out) {
    out.emplace();
    out.reserve(json.size());
    for (const auto& [key, value] : json.items()) read(value, out[key]);
}
template <belfry::Shape S> void read(const Json& json, S& out) {
    members(out, [&](const char* key, auto& member) {
        const auto found = json.find(key);
        if (found != json.end() && !found->is_null()) read(*found, member);
    });
}

template <class T> Json write(const T& value) { return value; }
template <belfry::OpenEnumType E> Json write(const E& value) { return std::string(value.to_string()); }
template <belfry::Shape S> Json write(const S& value);
template <class T> Json write(const std::optional<T>& value) { return write(*value); }
template <class T> Json write(const belfry::Optional<T>& value) { return write(*value); }
template <class T> Json write(const belfry::List<T>& value) {
    Json json = Json::array();
    for (const auto& element : value) json.push_back(write(element));
    return json;
}
template <class V> Json write(const belfry::Map<V>& value) {
    Json json = Json::object();
    for (const auto& [key, element] : value) json[key] = write(element);
    return json;
}
template <belfry::Shape S> Json write(const S& value) {
    Json json = Json::object();
    members(value, [&](const char* key, const auto& member) {
        if (member.has_value()) json[key] = write(member);
    });
    return json;
}

inline lambda::ListFunctionsResponse decode(const std::string& text) {
    lambda::ListFunctionsResponse out;
    read(Json::parse(text), out);
    return out;
}
inline std::string encode(const lambda::ListFunctionsResponse& in) { return write(in).dump(); }

} // namespace with_nlohmann
