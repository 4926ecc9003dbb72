// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/asio/async_result.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/async/pending.hpp>
#include <belfry/util/config.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/version.hpp>
#include <memory>
#include <type_traits>
#include <utility>

// Asio 1.20, which is in Boost 1.77, has slots for cancellation.
#if BOOST_ASIO_VERSION >= 102000
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#define BELFRY_ASIO_HAS_CANCELLATION 1
#else
#define BELFRY_ASIO_HAS_CANCELLATION 0
#endif

namespace belfry::inline v0 {
namespace detail {

/// The callback that completes an operation of Asio: calls the handler on its executor, which meanwhile has
/// work.
template <class Handler, class Outcome> class AsioCallback {
  public:
    explicit AsioCallback(Handler&& handler)
        : handler_(std::move(handler)), work_(boost::asio::get_associated_executor(handler_)) {}
    void operator()(Outcome&& outcome) {
        const auto executor = work_.get_executor();
        boost::asio::dispatch(
            executor, [handler = std::move(handler_), work = std::move(work_),
                       taken = std::move(outcome)]() mutable { std::move(handler)(std::move(taken)); });
    }

  private:
    Handler handler_;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
};

/// Starts work whose handler is an operation of Asio.
template <class Handler, class Work> void start_for_asio(Handler&& handler, Work& work) {
    using Decayed = std::decay_t<Handler>;
    using Callback = AsioCallback<Decayed, typename Work::ResultType>;
#if BELFRY_ASIO_HAS_CANCELLATION
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
        // The slot may be used once more after the call has ended, which `cancel` allows.
        const auto call = std::make_shared<AsyncCall>();
        slot.assign([call](boost::asio::cancellation_type) { call->cancel(); });
        std::move(work).start(*call, Callback(Decayed(std::forward<Handler>(handler))));
        return;
    }
#endif
    AsyncCall call;
    std::move(work).start(call, Callback(Decayed(std::forward<Handler>(handler))));
}

} // namespace detail

/// Starts what a method of an asynchronous client returns without a callback, or `AsyncPaginator::next`, as
/// an asynchronous operation of Boost.Asio with the signature `void(Result<Output>)`, for pages
/// `void(Result<Output>*)`. The completion token is any of Asio's, such as `boost::asio::use_awaitable`,
/// `boost::asio::use_future`, or a handler. The handler runs on its associated executor. Since Asio 1.20 each
/// type of cancellation cancels the call: the handler is still called. `auto result = co_await
/// belfry::initiate(voice.get_speaker_search_task(input), boost::asio::use_awaitable);`
template <class Work, class Token> auto initiate(Work work, Token&& token) {
    return boost::asio::async_initiate<Token, void(typename Work::ResultType)>(
        [](auto&& handler, Work started) {
            detail::start_for_asio(std::forward<decltype(handler)>(handler), started);
        },
        token, std::move(work));
}

} // namespace belfry::inline v0
