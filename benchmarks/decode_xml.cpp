// SPDX-License-Identifier: Apache-2.0
// Decoding a page of Amazon S3's ListObjectsV2 into the generated structs, with as many objects as a page
// has. The AWS SDK for C++ reads XML with tinyxml2.
#include <belfry/s3/list_objects_v2.hpp>

#include "measure.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <tinyxml2.h>
#include <utility>
#include <vector>

namespace {

namespace s3 = belfry::s3;

std::string page(int objects) {
    std::string text = R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>belfry</Name><Prefix>rings/</Prefix>)"
                       R"(<KeyCount>)" +
                       std::to_string(objects) +
                       R"(</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>)";
    for (int i = 0; i < objects; ++i) {
        text += "<Contents><Key>rings/2026/11/28/tower-" + std::to_string(1'000'000 + i) +
                ".wav</Key><LastModified>2026-11-28T09:30:00.000Z</LastModified>"
                "<ETag>&quot;0cc175b9c0f1b6a831c399e269772661&quot;</ETag><Size>" +
                std::to_string(1'000 * i) + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
    }
    return text + "</ListBucketResult>";
}

s3::ListObjectsV2Output decode(const std::string& text) {
    s3::ListObjectsV2Output out;
    std::string problem;
    if (!belfry::decode_xml(text, belfry::structure_of<s3::ListObjectsV2Output>, &out, {}, problem))
        std::printf("%s\n", problem.c_str());
    return out;
}

std::int64_t number(const char* text) {
    std::int64_t value = 0;
    std::from_chars(text, text + std::strlen(text), value);
    return value;
}

/// Reads what the page has in one walk, without the checks of a decoder.
s3::ListObjectsV2Output decode_by_tinyxml2(const std::string& text) {
    tinyxml2::XMLDocument document;
    s3::ListObjectsV2Output out;
    if (document.Parse(text.data(), text.size()) != tinyxml2::XML_SUCCESS) return out;
    for (const auto* element = document.RootElement()->FirstChildElement(); element != nullptr;
         element = element->NextSiblingElement()) {
        const std::string_view name = element->Name();
        if (name == "Contents") {
            s3::Object object;
            for (const auto* member = element->FirstChildElement(); member != nullptr;
                 member = member->NextSiblingElement()) {
                const std::string_view of = member->Name();
                const char* const value = member->GetText();
                if (of == "Key")
                    object.key = value;
                else if (of == "LastModified") {
                    belfry::Timestamp time;
                    if (belfry::parse_date_time(value, time)) object.last_modified = time;
                } else if (of == "ETag")
                    object.etag = value;
                else if (of == "Size")
                    object.size = number(value);
                else if (of == "StorageClass")
                    object.storage_class = s3::ObjectStorageClass(value);
            }
            out.contents.push_back(std::move(object));
        } else if (name == "Name")
            out.name = element->GetText();
        else if (name == "Prefix")
            out.prefix = element->GetText();
        else if (name == "KeyCount")
            out.key_count = static_cast<std::int32_t>(number(element->GetText()));
        else if (name == "MaxKeys")
            out.max_keys = static_cast<std::int32_t>(number(element->GetText()));
        else if (name == "IsTruncated")
            out.is_truncated = std::strcmp(element->GetText(), "true") == 0;
    }
    return out;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// The text of a member, as the AWS SDK for C++ gets it; false if there is none.
bool text_of(const tinyxml2::XMLElement& parent, const char* name, std::string& text) {
    const tinyxml2::XMLElement* const element = parent.FirstChildElement(name);
    if (element == nullptr) return false;
    const char* const value = element->GetText();
    text = value != nullptr ? value : "";
    replace_all(text, "&quot;", "\"");
    replace_all(text, "&apos;", "'");
    replace_all(text, "&lt;", "<");
    replace_all(text, "&gt;", ">");
    replace_all(text, "&amp;", "&");
    return true;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

s3::ListObjectsV2Output decode_by_name(const std::string& text) {
    tinyxml2::XMLDocument document;
    s3::ListObjectsV2Output out;
    if (document.Parse(text.data(), text.size()) != tinyxml2::XML_SUCCESS) return out;
    const tinyxml2::XMLElement& root = *document.RootElement();
    std::string value;
    if (text_of(root, "IsTruncated", value)) out.is_truncated = trimmed(value) == "true";
    for (const auto* element = root.FirstChildElement("Contents"); element != nullptr;
         element = element->NextSiblingElement("Contents")) {
        s3::Object object;
        if (text_of(*element, "Key", value)) object.key = value;
        belfry::Timestamp time;
        if (text_of(*element, "LastModified", value) && belfry::parse_date_time(trimmed(value), time))
            object.last_modified = time;
        if (text_of(*element, "ETag", value)) object.etag = value;
        for (const char* const absent : {"ChecksumAlgorithm", "ChecksumType", "Owner", "RestoreStatus"})
            measure::keep(element->FirstChildElement(absent));
        if (text_of(*element, "Size", value)) object.size = number(trimmed(value).c_str());
        if (text_of(*element, "StorageClass", value))
            object.storage_class = s3::ObjectStorageClass(trimmed(value));
        out.contents.push_back(std::move(object));
    }
    if (text_of(root, "Name", value)) out.name = value;
    if (text_of(root, "Prefix", value)) out.prefix = value;
    if (text_of(root, "MaxKeys", value)) out.max_keys = static_cast<std::int32_t>(number(value.c_str()));
    if (text_of(root, "KeyCount", value)) out.key_count = static_cast<std::int32_t>(number(value.c_str()));
    return out;
}

} // namespace

int main(int argument_count, char** arguments) {
    const std::string text = page(1'000);
    const s3::ListObjectsV2Output ours = decode(text);
    if (ours.contents.size() != 1'000 || !(ours == decode_by_tinyxml2(text)) ||
        !(ours == decode_by_name(text))) {
        std::printf("the decoders disagree\n");
        return 1;
    }
    return measure::run(
        argument_count, arguments, "decode 1,000 objects of ListObjectsV2",
        {{"belfry", [&] { measure::keep(decode(text)); }},
         {"tinyxml2 in one walk", [&] { measure::keep(decode_by_tinyxml2(text)); }},
         {"tinyxml2 by name", [&] { measure::keep(decode_by_name(text)); }}},
        [](const std::vector<measure::Cost>& costs) {
            const auto times = [&](const char* other) {
                return measure::of(costs, other).nanoseconds / measure::of(costs, "belfry").nanoseconds;
            };
            const bool walk = measure::judge_at_least("times as fast as tinyxml2 in one walk",
                                                      times("tinyxml2 in one walk"), 2);
            const bool name = measure::judge_at_least("times as fast as tinyxml2 by name, as in aws-sdk-cpp",
                                                      times("tinyxml2 by name"), 3);
            return walk && name;
        });
}
