// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async/pending.hpp>
#include <belfry/paging/paginator.hpp>
#include <belfry/util/config.hpp>

#include <coroutine>
#include <optional>
#include <type_traits>
#include <utility>

/// Pages on an event loop.
namespace belfry::inline v0 {
namespace detail {

/// The part of an `AsyncState` that the pages of a list need.
template <class O, class Callback> class StoredPages {
  public:
    using Page = Result<typename O::Output>;

    template <class F>
    StoredPages(PageRun<O>&& run, F&& callback)
        : run_(std::move(run)), callback_(std::forward<F>(callback)) {}
    [[nodiscard]] const void* input() const noexcept { return &run_.input(); }

    static bool deliver(AsyncState& state, void* storage) noexcept {
        auto& stored = *static_cast<StoredPages*>(storage);
        {
            std::optional<Page> page(std::in_place, std::in_place);
            if (!take_result(state, *page)) return false;
            stored.run_.take_on_loop(*page);
            const bool more = stored.pass(&*page);
            if (more && stored.run_.needs_call()) {
                call_again(state, {}, stored.run_.options(), stored.input());
                return false;
            }
            stored.run_.end(page);
            if (more && (!page || stored.pass(&*page))) static_cast<void>(stored.pass(nullptr));
        }
        stored.~StoredPages();
        release(state);
        return true;
    }

  private:
    /// Whether the program wants more.
    bool pass(Page* page) {
        if constexpr (std::is_void_v<std::invoke_result_t<Callback&, Page*>>) {
            callback_(page);
            return true;
        } else {
            return callback_(page);
        }
    }

    PageRun<O> run_;
    Callback callback_;
};

/// Calls a function in another turn of the loop.
template <class F> class LoopTurn final : private TimerCompletion::Handler {
  public:
    static void start(AsyncTimer& timer, F&& f) {
        timer.start({}, TimerCompletion(*new LoopTurn(std::move(f))));
    }

  private:
    explicit LoopTurn(F&& f) : f_(std::move(f)) {}
    ~LoopTurn() = default;
    void on_complete() noexcept override {
        f_();
        delete this;
    }
    void on_abandoned() noexcept override { delete this; }

    F f_;
};

} // namespace detail

/// The pages of a list on an event loop, each fetched when it is needed. Refers to the client, transport and
/// timer of its `AsyncCaller`. Options, a deadline among them, apply to the call of each page.
/// `auto pages = voice.paginate_list_voice_connectors({}); while (auto* page = co_await pages.next()) { ...
/// }` A page with an error is the last one.
template <class O> class [[nodiscard]] AsyncPaginator {
  public:
    using Page = Result<typename O::Output>;

    AsyncPaginator(const AsyncCaller& caller, const PaginatorRule& rule, typename O::Input input,
                   const CallOptions& options = {})
        : caller_(caller), run_(rule, std::move(input), options) {}
    AsyncPaginator(const AsyncPaginator&) = delete;
    AsyncPaginator& operator=(const AsyncPaginator&) = delete;
    /// Cancels a call that runs, and resumes nothing; see `Awaitable`.
    ~AsyncPaginator() { call_.discard(); }

    /// The result of `next`, for `co_await` in a coroutine of any type.
    class [[nodiscard]] Next {
      public:
        /// The type that the callback gets, or the coroutine.
        using ResultType = Page*;

        explicit Next(AsyncPaginator& pages) noexcept : pages_(pages) {}
        [[nodiscard]] bool await_ready() const noexcept {
            if (pages_.run_.needs_call()) return false;
            pages_.run_.end(pages_.page_);
            return true;
        }
        void await_suspend(std::coroutine_handle<> waiting) {
            pages_.caller_.start(pages_.call_, O{}, pages_.run_.input(), pages_.run_.options(),
                                 Resume{&pages_, waiting});
        }
        [[nodiscard]] Page* await_resume() const noexcept { return pages_.page_ ? &*pages_.page_ : nullptr; }

        /// Fetches the page, and assigns `call` before the callback can be called. The paginator must exist
        /// until then.
        template <class F> void start(AsyncCall& call, F&& callback) && {
            if (!await_ready()) {
                pages_.caller_.start(
                    call, O{}, pages_.run_.input(), pages_.run_.options(),
                    [pages = &pages_, kept = std::forward<F>(callback)](Page&& page) mutable {
                        pages->take(std::move(page));
                        kept(&*pages->page_);
                    });
                return;
            }
            auto at_end = [page = await_resume(), kept = std::forward<F>(callback)]() mutable {
                kept(static_cast<Page*>(page));
            };
            detail::LoopTurn<decltype(at_end)>::start(pages_.caller_.timer(), std::move(at_end));
        }

      private:
        AsyncPaginator& pages_;
    };
    /// `co_await` gives the next page, valid until the page after it is fetched; null after the last one.
    [[nodiscard]] Next next() & noexcept { return Next(*this); }
    /// Requests that the call that fetches a page end soon; see `AsyncCall::cancel`.
    void cancel() noexcept { call_.cancel(); }

    /// Fetches all pages, and calls `callback(Page*)` with each, and with null after the last one. The pages
    /// end as well if the callback returns false; it is not called again then. Otherwise like
    /// `AsyncCaller::start`. Uses the object up.
    template <class F> AsyncCall start(F&& callback) && {
        AsyncCall call;
        std::move(*this).start(call, std::forward<F>(callback));
        return call;
    }
    /// The same, but assigns `call` before the callback can be called.
    template <class F> void start(AsyncCall& call, F&& callback) && {
        using Callback = std::decay_t<F>;
        static_assert(std::is_invocable_v<Callback&, Page*>, "the callback takes a Result<Output>*");
        caller_.template start_stored<detail::StoredPages<O, Callback>>(
            call, operation_of<O>, run_.options(), nullptr, std::move(run_), std::forward<F>(callback));
    }

  private:
    struct Resume {
        AsyncPaginator* pages;
        std::coroutine_handle<> waiting;
        void operator()(Page&& page) const noexcept {
            pages->take(std::move(page));
            waiting.resume();
        }
    };

    void take(Page&& page) noexcept {
        page_.emplace(std::move(page));
        run_.take_on_loop(*page_);
    }

    AsyncCaller caller_;
    detail::PageRun<O> run_;
    AsyncCall call_{};
    std::optional<Page> page_{};
};

namespace detail {

/// A callback of an operation's pages, and not options.
template <class F, class O>
concept PageCallbackOf = std::is_invocable_v<std::decay_t<F>&, Result<typename O::Output>*>;

/// The body of a generated asynchronous method, for a coroutine.
template <class O>
[[nodiscard]] AsyncPaginator<O> pages_async(const AsyncCaller& caller, const PaginatorRule& rule,
                                            typename O::Input input, const CallOptions& options) {
    return {caller, rule, std::move(input), options};
}
/// The same with a callback.
template <class O, class F>
AsyncCall pages_async(const AsyncCaller& caller, const PaginatorRule& rule, const typename O::Input& input,
                      const CallOptions& options, F&& callback) {
    return AsyncPaginator<O>(caller, rule, input, options).start(std::forward<F>(callback));
}

} // namespace detail
} // namespace belfry::inline v0
