// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/core/fail.hpp>
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

/// The state of a list's pages. Does not make the calls.
template <class O> class PageRun {
  public:
    using Page = Result<typename O::Output>;

    PageRun(const PaginatorRule& rule, typename O::Input input, const CallOptions& options)
        : rule_(&rule), input_(std::move(input)), options_(options) {}

    /// Whether the next page comes from a call, whose result `take` gets.
    [[nodiscard]] bool needs_call() const noexcept { return !done_; }
    [[nodiscard]] const typename O::Input& input() const noexcept { return input_; }
    [[nodiscard]] const CallOptions& options() const noexcept { return options_; }
    /// Runs before the program gets the page, because it may move its contents.
    void take(Page& page) { done_ = !page || !advance(&*page); }
    /// The same on an event loop: if there is no memory for the next input, an error follows the page.
    void take_on_loop(Page& page) noexcept {
#if defined(__cpp_exceptions)
        try {
            take(page);
        } catch (...) {
            done_ = true;
            static_cast<void>(fail_without_memory(fault_));
        }
#else
        take(page);
#endif
    }
    /// The page after the last call: empty, unless the tokens of the page before were faulty.
    void end(std::optional<Page>& page) noexcept {
        page.reset();
        if (fault_.kind == ErrorKind::none) return;
        page.emplace(std::move(fault_));
        fault_ = {};
    }

  private:
    bool advance(const void* output) {
        if (rule_->tokens.size() == 1)
            return turn_page(*rule_, operation_of<O>, output, &input_, nullptr, fault_) == PageStep::again;
        typename O::Input blank;
        if (turn_page(*rule_, operation_of<O>, output, &input_, &blank, fault_) != PageStep::again)
            return false;
        input_ = std::move(blank);
        return true;
    }

    const PaginatorRule* rule_;
    typename O::Input input_;
    CallOptions options_;
    Error fault_{};
    bool done_ = false;
};

} // namespace detail

/// The pages of a list, each fetched when it is needed. Refers to the client, which must outlive it.
/// `for (auto& page : client.paginate_list_voice_connectors({})) { if (!page) return page.error(); ... }`
/// A page with an error is the last one. Options, a deadline among them, apply to the call of each page.
template <class O> class [[nodiscard]] Paginator {
  public:
    using Page = Result<typename O::Output>;

    Paginator(const ClientCore& core, const PaginatorRule& rule, typename O::Input input,
              const CallOptions& options = {})
        : core_(&core), run_(rule, std::move(input), options) {}

    /// The next page, valid until the page after it is fetched; null after the last one.
    [[nodiscard]] Page* next() {
        if (run_.needs_call()) {
            page_.emplace(detail::invoke<O>(*core_, run_.input(), run_.options()));
            run_.take(*page_);
        } else {
            run_.end(page_);
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
    const ClientCore* core_;
    detail::PageRun<O> run_;
    std::optional<Page> page_{};
};

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/paging/impl/paginator.ipp>
#include <belfry/paging/impl/tokens.ipp>
#endif
