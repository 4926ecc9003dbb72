// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// A copy of an input that is made when the first of its members changes.
class ChangedInput {
  public:
    ChangedInput(const Structure& structure, const void* input, const RequestRules& rules) noexcept
        : structure_(structure), input_(input), rules_(rules) {}
    ChangedInput(const ChangedInput&) = delete;
    ChangedInput& operator=(const ChangedInput&) = delete;
    ~ChangedInput() {
        if (copy_ != nullptr) rules_.destroy_input(copy_);
    }

    /// The input with all rules applied.
    [[nodiscard]] BELFRY_COLD const void* get() {
        for (const InputRule& rule : rules_.input) apply(rule);
        return copy_ != nullptr ? copy_ : input_;
    }

  private:
    BELFRY_COLD void apply(const InputRule& rule) {
        for (std::size_t i = 0; i < structure_.count; ++i) {
            const Member& member = structure_.members[i];
            if (structure_.member_name(i) != rule.member || member.type->kind != Kind::string) continue;
            const void* const value = slot_value(*member.type, member.slot(input_));
            const std::string_view text = value != nullptr
                                              ? std::string_view(*static_cast<const std::string*>(value))
                                              : std::string_view();
            if (text.empty()) {
                if (!rule.fallback.empty()) set(member, rule.fallback);
            } else if (rule.last_segment) {
                const std::size_t slash = text.rfind('/');
                if (slash != std::string_view::npos) set(member, text.substr(slash + 1));
            }
        }
    }
    BELFRY_COLD void set(const Member& member, std::string_view text) {
        if (copy_ == nullptr) copy_ = rules_.copy_input(input_);
        *static_cast<std::string*>(slot_emplace(*member.type, member.slot(copy_))) = text;
    }

    const Structure& structure_;
    const void* input_;
    const RequestRules& rules_;
    void* copy_ = nullptr;
};

BELFRY_COLD BELFRY_INLINE bool encode_by_rules(const RequestRules& rules, const Operation& operation,
                                               const void* input, const EncodeOptions& options,
                                               HttpRequest& request, Error& error) {
    // The encoder checks the changed input. Before that a copy of it may be made, which takes stack, too.
    if (!rules.input.empty() && !check_input_depth(*operation.input, input, error)) return false;
    ChangedInput changed(*operation.input, input, rules);
    if (!operation.service->protocol->encode(operation, changed.get(), options, request, error)) return false;
    const std::size_t question = request.url.find('?');
    if (rules.query_as_form && question != std::string::npos) {
        request.method = "POST";
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body.assign(request.url, question + 1, std::string::npos);
        request.content_length = static_cast<std::int64_t>(request.body.size());
        request.url.resize(question);
    }
    for (const ConstantHeader& header : rules.headers)
        if (!request.headers.contains(header.name)) request.headers.append(header.name, header.value);
    return true;
}

} // namespace belfry::inline v0::detail
