// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/pass_through.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

class UrlListingHooks final : public PassThroughHooks {
  public:
    UrlListingHooks(const UrlListing& listing, const Operation& operation, InvalidText invalid_text) noexcept
        : listing_(listing), operation_(operation), invalid_text_(invalid_text) {}

    bool prepare(const void* input, PreparedRequest& prepared, Error&) override {
        const void* value = nullptr;
        const Member* const member = find_member_value(*operation_.input, input, encoding_type, value);
        asked_ = member != nullptr && value == nullptr;
        if (!asked_) return true;
        std::string& url = prepared.request.url;
        append_char(url, url.find('?') == std::string::npos ? '?' : '&');
        append_text(url, member->wire_name());
        append_text(url, "=url");
        return true;
    }
    bool finish_output(void* output, Error& error) override {
        // Stores that do not know the parameter do not confirm it.
        if (!asked_ || text_of(encoding_type, output) != "url") return true;
        for (const std::string_view path : listing_.members)
            if (!decode(*operation_.output, output, path))
                return fail(error, ErrorKind::response, "MalformedResponse",
                            {operation_.output->name, ".", path, ": the percent-encoded text is not UTF-8"});
        return true;
    }

  private:
    static constexpr std::string_view encoding_type = "EncodingType";

    /// The text of a member of the output; empty if it is absent.
    [[nodiscard]] std::string text_of(std::string_view name, const void* output) const {
        std::string text;
        const void* value = nullptr;
        const Member* const member = find_member_value(*operation_.output, output, name, value);
        if (member != nullptr && value != nullptr)
            append_simple_text(text, *member->type, value, TimestampFormat::unset);
        return text;
    }
    /// Decodes the texts at the end of a path; false if one is not UTF-8 and that is an error.
    [[nodiscard]] bool decode(const Structure& shape, void* object, std::string_view path) const {
        const std::size_t dot = path.find('.');
        const void* value = nullptr;
        const Member* const member = find_member_value(shape, object, path.substr(0, dot), value);
        if (member == nullptr || value == nullptr) return true;
        const Type& type = *member->type;
        void* const slot = member->slot(object);
        if (dot == std::string_view::npos) return type.kind != Kind::string || decode_text(type, slot);
        const std::string_view rest = path.substr(dot + 1);
        if (type.kind == Kind::structure)
            return decode(*type.structure, const_cast<void*>(value), rest); // NOLINT: the output is ours
        if (type.kind != Kind::list || type.element->kind != Kind::structure) return true;
        const Elements elements = type.elements(value);
        // The output is not constant, and neither are its elements.
        char* element = const_cast<char*>(static_cast<const char*>(elements.first)); // NOLINT
        for (std::size_t i = 0; i < elements.count; ++i, element += elements.stride)
            if (!decode(*type.element->structure, element, rest)) return false;
        return true;
    }
    /// As in form data, a plus is a space. A percent sign that begins no triplet stays.
    [[nodiscard]] bool decode_text(const Type& type, void* slot) const {
        const auto& encoded = *static_cast<const std::string*>(slot_value(type, slot));
        std::string bytes;
        for (std::size_t i = 0; i < encoded.size(); ++i) {
            const int high =
                encoded[i] == '%' && i + 2 < encoded.size() ? hex_digit_value(encoded[i + 1]) : -1;
            const int low = high >= 0 ? hex_digit_value(encoded[i + 2]) : -1;
            append_char(bytes, low >= 0            ? static_cast<char>(high * 16 + low)
                               : encoded[i] == '+' ? ' '
                                                   : encoded[i]);
            if (low >= 0) i += 2;
        }
        return parse_received_text(bytes, type, slot, invalid_text_);
    }

    const UrlListing& listing_;
    const Operation& operation_;
    InvalidText invalid_text_;
    bool asked_ = false;
};

BELFRY_INLINE BodyHooks* make_url_listing(const UrlListing& listing, const Operation& operation,
                                          const ClientConfig& config) {
    return new UrlListingHooks(listing, operation, config.invalid_text);
}

} // namespace belfry::inline v0::detail
