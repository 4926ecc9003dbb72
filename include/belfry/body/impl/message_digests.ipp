// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/pass_through.hpp>
#include <belfry/core/blob.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/schema/member_value.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/md5.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// A structure of the model and its table.
struct MessageView {
    const Structure* structure;
    const void* object;

    /// The text or the bytes of a member; null if it is absent.
    [[nodiscard]] const std::string* text(std::string_view name) const {
        const void* value = nullptr;
        const Member* const member = find_member_value(*structure, object, name, value);
        if (member == nullptr || value == nullptr) return nullptr;
        return member->type->kind == Kind::string ? static_cast<const std::string*>(value) : nullptr;
    }
    /// The elements of a list or map, and their type; null if it is absent.
    [[nodiscard]] const Type* elements(std::string_view name, Elements& found) const {
        const void* value = nullptr;
        const Member* const member = find_member_value(*structure, object, name, value);
        if (member == nullptr || value == nullptr || member->type->elements == nullptr) return nullptr;
        found = member->type->elements(value);
        return member->type->element;
    }
    /// Calls `visit` with each structure in a list.
    template <class Visit> void each(std::string_view name, const Visit& visit) const {
        Elements found{};
        const Type* const type = elements(name, found);
        if (type == nullptr || type->structure == nullptr) return;
        const char* element = static_cast<const char*>(found.first);
        for (std::size_t i = 0; i < found.count; ++i, element += found.stride)
            if (const void* const value = slot_value(*type, element)) visit({type->structure, value});
    }
};

/// A text with its length in front, as digests of attributes have it.
inline void update_with_length(Md5& hash, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    const char length[4] = {static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                            static_cast<char>(size >> 8), static_cast<char>(size)};
    hash.update({length, 4});
    hash.update(text);
}

[[nodiscard]] inline std::string digest_text(Md5& hash) {
    std::string digits;
    unsigned char digest[Md5::digest_size];
    hash.finish(digest);
    append_hex(digits, {reinterpret_cast<const char*>(digest), sizeof digest});
    return digits;
}

/// The digest of a map of attributes; empty if there are none, or one has a value that the guide does not
/// name.
[[nodiscard]] inline std::string attributes_digest(const MessageView& message, std::string_view name) {
    Elements found{};
    const Type* const type = message.elements(name, found);
    if (type == nullptr || type->structure == nullptr || found.count == 0) return {};
    std::vector<std::pair<std::string_view, const void*>> sorted;
    sorted.reserve(found.count);
    const char* entry = static_cast<const char*>(found.first);
    for (std::size_t i = 0; i < found.count; ++i, entry += found.stride)
        sorted.emplace_back(*reinterpret_cast<const std::string*>(entry),
                            slot_value(*type, entry + found.value_offset));
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& left, const auto& right) { return left.first < right.first; });
    Md5 hash;
    for (const auto& [key, object] : sorted) {
        if (object == nullptr) return {};
        const MessageView attribute{type->structure, object};
        const std::string* const data_type = attribute.text("DataType");
        const std::string* const text = attribute.text("StringValue");
        const void* binary = nullptr;
        static_cast<void>(find_member_value(*type->structure, object, "BinaryValue", binary));
        if (data_type == nullptr || (text == nullptr) == (binary == nullptr)) return {};
        update_with_length(hash, key);
        update_with_length(hash, *data_type);
        // The transport type: 1 for texts and numbers, 2 for bytes.
        hash.update(text != nullptr ? std::string_view("\1") : std::string_view("\2"));
        update_with_length(hash, text != nullptr ? std::string_view(*text)
                                                 : static_cast<const Blob*>(binary)->view());
    }
    return digest_text(hash);
}

/// Compares the digests of one call.
class MessageDigests final : public PassThroughHooks {
  public:
    MessageDigests(const Operation& operation, bool verify) noexcept
        : operation_(operation), verify_(verify) {}

    /// Keeps digests and not the input, which need not outlive the start of a call.
    bool prepare(const void* input, PreparedRequest&, Error&) override {
        if (!verify_) return true;
        const MessageView sent{operation_.input, input};
        if (sent.text("MessageBody") != nullptr) sent_.push_back(digests_of(sent));
        sent.each("Entries", [this](const MessageView& entry) { sent_.push_back(digests_of(entry)); });
        return true;
    }

    bool finish_output(void* output, Error& error) override {
        if (!verify_) return true;
        const MessageView received{operation_.output, output};
        bool good = sent_.empty() || sent_.front().id || check_sent(sent_.front(), received, error);
        received.each("Successful", [&](const MessageView& entry) {
            const std::string* const id = entry.text("Id");
            for (const Digests& digests : sent_)
                if (good && id != nullptr && digests.id == *id) good = check_sent(digests, entry, error);
        });
        received.each("Messages", [&](const MessageView& message) {
            if (good) good = check_received(message, error);
        });
        return good;
    }

  private:
    /// The digests of a message that was sent; empty for a part that it does not have.
    struct Digests {
        /// The id of an entry of a batch.
        std::optional<std::string> id;
        std::string body;
        std::string attributes;
        std::string system_attributes;
    };

    [[nodiscard]] static Digests digests_of(const MessageView& sent) {
        const std::string* const id = sent.text("Id");
        return {.id = id != nullptr ? std::optional(*id) : std::nullopt,
                .body = body_digest(sent, "MessageBody"),
                .attributes = attributes_digest(sent, "MessageAttributes"),
                .system_attributes = attributes_digest(sent, "MessageSystemAttributes")};
    }
    [[nodiscard]] static std::string body_digest(const MessageView& message, std::string_view name) {
        const std::string* const body = message.text(name);
        if (body == nullptr) return {};
        Md5 hash;
        hash.update(*body);
        return digest_text(hash);
    }
    [[nodiscard]] static bool agrees(std::string_view digest, const MessageView& received,
                                     std::string_view name) {
        const std::string* const other = received.text(name);
        return digest.empty() || other == nullptr || other->empty() || *other == digest;
    }
    bool check_sent(const Digests& sent, const MessageView& received, Error& error) const {
        const std::string_view part =
            !agrees(sent.body, received, "MD5OfMessageBody")                            ? "body"
            : !agrees(sent.attributes, received, "MD5OfMessageAttributes")              ? "attributes"
            : !agrees(sent.system_attributes, received, "MD5OfMessageSystemAttributes") ? "system attributes"
                                                                                        : "";
        return part.empty() || refuse(error, part, sent.id ? *sent.id : "",
                                      "the service stored another message than was sent; send it again");
    }
    bool check_received(const MessageView& received, Error& error) const {
        const std::string_view part =
            !agrees(body_digest(received, "Body"), received, "MD5OfBody") ? "body"
            : !agrees(attributes_digest(received, "MessageAttributes"), received, "MD5OfMessageAttributes")
                ? "attributes"
                : "";
        const std::string* const id = received.text("MessageId");
        return part.empty() || refuse(error, part, id != nullptr ? *id : "",
                                      "it was changed on its way; do not delete it, receive it again");
    }
    bool refuse(Error& error, std::string_view part, std::string_view id, std::string_view advice) const {
        return fail(error, ErrorKind::response, "MessageDigestMismatch",
                    {operation_.name, ": the MD5 of the ", part, id.empty() ? "" : " of message '", id,
                     id.empty() ? " is wrong: " : "' is wrong: ", advice,
                     " (ClientConfig::verify_message_digests turns this check off)"});
    }

    const Operation& operation_;
    bool verify_;
    std::vector<Digests> sent_{};
};

BELFRY_INLINE BodyHooks* make_message_digests(const Operation& operation, const ClientConfig& config,
                                              const CallOptions&, Error&) {
    return new MessageDigests(operation, config.verify_message_digests);
}

} // namespace belfry::inline v0::detail
