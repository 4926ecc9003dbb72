// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/arena.hpp>
#include <belfry/borrowed/keyed_array.hpp>
#include <belfry/borrowed/values.hpp>
#include <belfry/codec/json_decoder.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::borrowed::detail {

/// Fills the slots of the types that view a response, and an arena.
class BorrowingStorage {
  public:
    static constexpr bool is_terminated = true;

    explicit BorrowingStorage(Arena& arena) noexcept : arena_(&arena) {}

    [[nodiscard]] void* emplace_value(const Type& type, void* slot) {
        if (type.heap_words == 0 || type.structure == nullptr) return type.emplace(slot);
        Place place{slot, *arena_};
        return type.emplace(&place);
    }
    [[nodiscard]] void* add_element(const Type& type, void* container, std::string_view key) {
        Place place{container, *arena_};
        return type.add(&place, key);
    }
    void finish_map(const Type& type, void* map) {
        static_cast<KeyedArray*>(map)->finish(*arena_, type.elements(map).stride);
    }
    [[nodiscard]] std::string_view keep(std::string_view text) { return arena_->keep(text); }
    void put_text(const Type& type, void* slot, std::string_view text, bool is_temporary) {
        ::belfry::detail::put_scalar<std::string_view>(type, slot, is_temporary ? keep(text) : text);
    }
    void put_enum(const Type& type, void* value, std::string_view text, bool is_temporary) {
        static_cast<EnumBase*>(value)->assign(is_temporary ? keep(text) : text, *type.values);
    }
    void put_blob(const Type& type, void* slot, const std::string& bytes) {
        ::belfry::detail::put_scalar<Blob>(type, slot, keep(bytes));
    }
    void put_document(const Type& type, void* slot, const std::string& json) {
        ::belfry::detail::put_scalar<Document>(type, slot, keep(json));
    }

  private:
    Arena* arena_;
};

/// Reads the JSON text in `document` from `start` on into a structure or union that holds nothing yet, and
/// that views the document. As `belfry::decode_json`.
[[nodiscard]] BELFRY_NOINLINE inline bool decode_json(const std::string& document, std::size_t start,
                                                      const Structure& shape, void* out, Arena& arena,
                                                      const JsonOptions& options,
                                                      std::string& what_and_where) {
    return ::belfry::detail::BasicJsonDecoder<BorrowingStorage>(std::string_view(document).substr(start),
                                                                options, BorrowingStorage(arena))
        .read(&shape, nullptr, out, what_and_where);
}

} // namespace belfry::inline v0::borrowed::detail
