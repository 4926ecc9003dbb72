// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/client/copy_value.hpp>
#include <belfry/client/path.hpp>
#include <belfry/client/wait_options.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// How the place where a page ends gets into the request for the next one.
struct PaginatorToken {
    /// A member of the input, by its name in the model.
    std::string_view input;
    /// A JMESPath expression over the output, in the model's names.
    std::string_view output;
};

/// A paginator of the model.
struct PaginatorRule {
    const PaginatorToken* tokens;
    std::size_t token_count;
    /// An expression that is true when there is another page; empty when the tokens alone say so.
    std::string_view more_results = {};
};

namespace detail {

/// What follows a page.
enum class PageStep : std::uint8_t { again, end, fault };

class PageTurner {
  public:
    PageTurner(const PaginatorRule& rule, const Operation& operation, Error& error) noexcept
        : rule_(rule), operation_(operation), error_(error) {}

    /// Writes the tokens that `output` gives into `input`. With several tokens, `blank` is an input without
    /// members which becomes the next one, because a token that this page lacks must not stay behind.
    [[nodiscard]] PageStep turn(const void* output, void* input, void* blank) const {
        const PathValue root = PathValue::of(*operation_.output, output);
        PathValue value;
        if (!rule_.more_results.empty()) {
            const Path more(rule_.more_results);
            if (more.problem() != nullptr) return refuse(rule_.more_results, more.problem());
            if (!more.evaluate(root, value) || !is_true(value)) return PageStep::end;
        }
        bool any = false;
        bool repeated = true;
        for (std::size_t i = 0; i < rule_.token_count; ++i) {
            const Path path(rule_.tokens[i].output);
            if (path.problem() != nullptr) return refuse(rule_.tokens[i].output, path.problem());
            const Member* const member = find(rule_.tokens[i].input);
            if (member == nullptr) return refuse(rule_.tokens[i].input, "no member of the input");
            // An empty text, list or map, and the number 0, are no tokens.
            if (!path.evaluate(root, value) || !is_true(value) || (value.is_number() && value.integer == 0))
                value = {};
            const PathValue last = read_slot(*member->type, member->slot(input));
            if (!equal_values(last, value)) repeated = false;
            if (value.is_null()) continue;
            any = true;
            if (!write_slot(*member->type, member->slot(blank != nullptr ? blank : input), value))
                return refuse(rule_.tokens[i].output, "its value does not fit the input");
        }
        if (!any) return PageStep::end;
        if (repeated) {
            error_.kind = ErrorKind::response;
            error_.code = "RepeatedToken";
            error_.message = std::string(operation_.name) + ": the service gave the same token twice";
            return PageStep::fault;
        }
        if (blank != nullptr) copy_others(input, blank);
        return PageStep::again;
    }

  private:
    [[nodiscard]] const Member* find(std::string_view name) const noexcept {
        for (std::size_t i = 0; i < operation_.input->count; ++i)
            if (operation_.input->member_name(i) == name) return &operation_.input->members[i];
        return nullptr;
    }
    void copy_others(const void* input, void* blank) const {
        for (std::size_t i = 0; i < operation_.input->count; ++i) {
            const Member& member = operation_.input->members[i];
            bool token = false;
            for (std::size_t k = 0; k < rule_.token_count; ++k)
                if (rule_.tokens[k].input == operation_.input->member_name(i)) token = true;
            if (!token) copy_slot(*member.type, member.slot(blank), *member.type, member.slot(input));
        }
    }
    PageStep refuse(std::string_view what, std::string_view why) const {
        error_.kind = ErrorKind::validation;
        error_.code = "PaginatorInvalid";
        error_.message = std::string(operation_.name) + ": `" + std::string(what) + "`: " + std::string(why);
        return PageStep::fault;
    }

    const PaginatorRule& rule_;
    const Operation& operation_;
    Error& error_;
};

} // namespace detail

/// The pages of a list, each fetched when the loop gets to it. Refers to the client, which must outlive it.
/// `for (auto& page : client.paginate_list_voice_connectors({})) { if (!page) return page.error(); ... }`
/// A page that could not be had is the last one.
template <class O> class Paginator {
  public:
    using Page = Result<typename O::Output>;

    Paginator(const ClientCore& core, const PaginatorRule& rule, typename O::Input input,
              const CallOptions& options = {})
        : core_(&core), rule_(&rule), input_(std::move(input)), options_(options) {}

    /// The next page, valid until the page after it is fetched; null when there is none.
    [[nodiscard]] Page* next() {
        page_.reset();
        if (fault_.kind != ErrorKind::none) {
            page_.emplace(std::move(fault_));
            fault_ = {};
            done_ = true;
        } else if (!done_) {
            page_.emplace(detail::invoke<O, void>(*core_, input_, options_));
            done_ = !*page_ || !advance();
        }
        return page_ ? &*page_ : nullptr;
    }

    class Iterator {
      public:
        explicit Iterator(Paginator& pages) : pages_(&pages), page_(pages.next()) {}
        [[nodiscard]] Page& operator*() const noexcept { return *page_; }
        [[nodiscard]] Page* operator->() const noexcept { return page_; }
        Iterator& operator++() {
            page_ = pages_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        struct End {};
        friend bool operator==(const Iterator& iterator, End) noexcept { return iterator.page_ == nullptr; }

      private:
        Paginator* pages_;
        Page* page_;
    };
    /// Fetches the first page; call it once.
    [[nodiscard]] Iterator begin() { return Iterator(*this); }
    [[nodiscard]] typename Iterator::End end() const noexcept { return {}; }

  private:
    /// Before the caller sees the page, who may move its contents away.
    bool advance() {
        const detail::PageTurner turner(*rule_, operation_of<O>, fault_);
        if (rule_->token_count == 1)
            return turner.turn(&**page_, &input_, nullptr) == detail::PageStep::again;
        typename O::Input blank;
        if (turner.turn(&**page_, &input_, &blank) != detail::PageStep::again) return false;
        input_ = std::move(blank);
        return true;
    }

    const ClientCore* core_;
    const PaginatorRule* rule_;
    typename O::Input input_;
    CallOptions options_;
    std::optional<Page> page_{};
    Error fault_{};
    bool done_ = false;
};

} // namespace belfry::inline v0
