// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/lambda/list_functions.hpp>

#include "lambda_members.hpp"

#include <cstdint>
#include <optional>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <string>
#include <string_view>

/// Lambda's ListFunctions written by hand with RapidJSON: decoding parses into a DOM and copies it into the
/// structs; encoding drives its `Writer`.
namespace with_rapidjson {

namespace lambda = belfry::lambda;
using lambda_members::members;
using Value = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

inline std::string_view text(const Value& json) { return {json.GetString(), json.GetStringLength()}; }

inline void read(const Value& json, std::string& out) { out = text(json); }
inline void read(const Value& json, bool& out) { out = json.GetBool(); }
inline void read(const Value& json, std::int32_t& out) { out = json.GetInt(); }
inline void read(const Value& json, std::int64_t& out) { out = json.GetInt64(); }
template <belfry::OpenEnumType E> void read(const Value& json, E& out) { out = E(std::string(text(json))); }
template <belfry::Shape S> void read(const Value& json, S& out);
template <class T> void read(const Value& json, std::optional<T>& out) { read(json, out.emplace()); }
template <class T> void read(const Value& json, belfry::Optional<T>& out) { read(json, out.emplace()); }
template <class T> void read(const Value& json, belfry::List<T>& out) {
    out.emplace();
    out.reserve(json.Size());
    for (const Value& element : json.GetArray()) read(element, out.emplace_back());
}
template <class V> void read(const Value& json, belfry::Map<V>& out) {
    out.emplace();
    out.reserve(json.MemberCount());
    for (const auto& member : json.GetObject()) read(member.value, out[std::string(text(member.name))]);
}
template <belfry::Shape S> void read(const Value& json, S& out) {
    members(out, [&](const char* key, auto& member) {
        const auto found = json.FindMember(key);
        if (found != json.MemberEnd() && !found->value.IsNull()) read(found->value, member);
    });
}

inline void write(Writer& writer, std::string_view value) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
inline void write(Writer& writer, const std::string& value) { write(writer, std::string_view(value)); }
inline void write(Writer& writer, bool value) { writer.Bool(value); }
inline void write(Writer& writer, std::int32_t value) { writer.Int(value); }
inline void write(Writer& writer, std::int64_t value) { writer.Int64(value); }
template <belfry::OpenEnumType E> void write(Writer& writer, const E& value) {
    write(writer, value.to_string());
}
template <belfry::Shape S> void write(Writer& writer, const S& value);
template <class T> void write(Writer& writer, const std::optional<T>& value) { write(writer, *value); }
template <class T> void write(Writer& writer, const belfry::Optional<T>& value) { write(writer, *value); }
template <class T> void write(Writer& writer, const belfry::List<T>& value) {
    writer.StartArray();
    for (const auto& element : value) write(writer, element);
    writer.EndArray();
}
template <class V> void write(Writer& writer, const belfry::Map<V>& value) {
    writer.StartObject();
    for (const auto& [key, element] : value) {
        writer.Key(key.c_str(), static_cast<rapidjson::SizeType>(key.size()));
        write(writer, element);
    }
    writer.EndObject();
}
template <belfry::Shape S> void write(Writer& writer, const S& value) {
    writer.StartObject();
    members(value, [&](const char* key, const auto& member) {
        if (!member.has_value()) return;
        writer.Key(key);
        write(writer, member);
    });
    writer.EndObject();
}

inline lambda::ListFunctionsResponse decode(const std::string& json) {
    rapidjson::Document document;
    document.Parse(json.data(), json.size());
    lambda::ListFunctionsResponse out;
    if (!document.HasParseError()) read(document, out);
    return out;
}
inline std::string encode(const lambda::ListFunctionsResponse& in) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    write(writer, in);
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace with_rapidjson
