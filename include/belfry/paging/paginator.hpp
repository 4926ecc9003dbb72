// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/paging/wait_options.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace belfry::inline v0 {

/// One token of a paginator: where a page has it, and the input's member that takes it.
struct PaginatorToken {
    /// The index of the member in the input.
    std::uint16_t input;
    /// The token, as an expression over the output.
    jmespath::Expression output;
    /// Writes the token, which has the type of the input's member, into a slot of the next input. Returns
    /// whether `last`, the same slot of the last input, already holds this token.
    bool (*write)(const Type& type, const void* last, void* slot, const jmespath::Value& token);
};

/// A paginator of the model.
struct PaginatorRule {
    std::span<const PaginatorToken> tokens;
    /// True if there is another page. Empty if the tokens decide.
    jmespath::Expression more_results = {};
    /// For several tokens: copies all members that are not tokens from one input to another.
    void (*copy_others)(const PaginatorRule& rule, const Structure& input, const void* from,
                        void* to) = nullptr;
    /// The service marks the last page with the token of its request (CloudWatch Logs' `GetLogEvents`). For
    /// all other operations a token that comes twice is an error.
    bool ends_on_repeated_token = false;
};

namespace detail {

/// The step after a page: another page, the end, or an error.
enum class PageStep : std::uint8_t { again, end, fault };

/// Writes the tokens of `output` into `input`. With several tokens, the next input is `blank`, an input
/// without members, because a token that this page does not have must not be sent again.
[[nodiscard]] BELFRY_INLINE PageStep turn_page(const PaginatorRule& rule, const Operation& operation,
                                               const void* output, void* input, void* blank, Error& error);

/// For `PaginatorToken::write`: strings, enumerations and blobs.
BELFRY_INLINE bool write_text_token(const Type& type, const void* last, void* slot,
                                    const jmespath::Value& token);
/// Numbers of 32 and 64 bits.
BELFRY_INLINE bool write_integer_token(const Type& type, const void* last, void* slot,
                                       const jmespath::Value& token);
/// Lists, maps, structures and unions.
BELFRY_INLINE bool copy_token(const Type& type, const void* last, void* slot, const jmespath::Value& token);
/// For `PaginatorRule::copy_others`.
BELFRY_INLINE void copy_other_members(const PaginatorRule& rule, const Structure& input, const void* from,
                                      void* to);

} // namespace detail

/// The pages of a list, each fetched when it is needed. Refers to the client, which must outlive it.
/// `for (auto& page : client.paginate_list_voice_connectors({})) { if (!page) return page.error(); ... }`
/// A page with an error is the last one. Options, a deadline among them, apply to the call of each page.
template <class O> class [[nodiscard]] Paginator {
  public:
    using Page = Result<typename O::Output>;

    Paginator(const ClientCore& core, const PaginatorRule& rule, typename O::Input input,
              const CallOptions& options = {})
        : core_(&core), rule_(&rule), input_(std::move(input)), options_(options) {}

    /// The next page, valid until the page after it is fetched; null after the last one.
    [[nodiscard]] Page* next() {
        page_.reset();
        if (fault_.kind != ErrorKind::none) {
            page_.emplace(std::move(fault_));
            fault_ = {};
            done_ = true;
        } else if (!done_) {
            page_.emplace(detail::invoke<O>(*core_, input_, options_));
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
    /// Runs before the caller gets the page, because the caller may move its contents.
    bool advance() {
        const void* const output = &**page_;
        if (rule_->tokens.size() == 1)
            return detail::turn_page(*rule_, operation_of<O>, output, &input_, nullptr, fault_) ==
                   detail::PageStep::again;
        typename O::Input blank;
        if (detail::turn_page(*rule_, operation_of<O>, output, &input_, &blank, fault_) !=
            detail::PageStep::again)
            return false;
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

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/paging/impl/paginator.ipp>
#include <belfry/paging/impl/tokens.ipp>
#endif
