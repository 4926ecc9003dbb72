// SPDX-License-Identifier: Apache-2.0
// Checks of AsyncBeastTransport beside the kit's: the program ends its attempts, and the context that drives
// it stops, runs in several threads or ends first.
#include <belfry/transport/async_beast.hpp>

#include "context.hpp"
#include "server.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace belfry;
using namespace belfry::transport_kit;

namespace {

/// An attempt and its end.
class OneAttempt final : ResponseSink, AttemptCompletion::Handler {
  public:
    explicit OneAttempt(std::string url, std::atomic<int>* ends = nullptr) : ends_(ends) {
        request_.method = "GET";
        request_.headers.append("Host", "127.0.0.1");
        request_.url = std::move(url);
    }
    virtual ~OneAttempt() = default;
    const void* start(AsyncTransport& transport) {
        AttemptCompletion completion(*this);
        const void* const id = completion.id();
        transport.start(request_, *this, std::move(completion));
        return id;
    }
    [[nodiscard]] bool ok() const { return ended && result.status == TransportStatus::ok && status == 200; }

    TransportResult result;
    int status = 0;
    std::string body;
    bool ended = false;
    bool abandoned = false;

  private:
    bool on_head(int new_status, Headers) noexcept override {
        status = new_status;
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return false; }
    void on_complete(TransportResult outcome) noexcept override {
        result = std::move(outcome);
        ended = true;
        if (ends_ != nullptr) ++*ends_;
    }
    void on_abandoned() noexcept override { abandoned = true; }

    HttpRequest request_;
    std::atomic<int>* ends_;
};

std::string url_of(const Server& server) { return "http://" + server.authority() + "/"; }
BeastTlsOptions plain() { return {.proxy_from_environment = false}; }
Server::Script silence() {
    return [](Connection& connection) { connection.wait_for_close(60'000); };
}
/// Runs what is there to run for a while.
void run_for(boost::asio::io_context& context, int milliseconds) {
    context.restart();
    context.run_for(std::chrono::milliseconds(milliseconds));
}

} // namespace

TEST_CASE("a context returns once all attempts have ended, and connections are used again after that") {
    Server server(answer(reply(200, "ok")));
    boost::asio::io_context context;
    AsyncBeastTransport transport(context, plain());
    for (int i = 0; i < 3; ++i) {
        OneAttempt attempt(url_of(server));
        attempt.start(transport);
        CHECK_FALSE(attempt.ended);
        context.restart();
        context.run();
        CHECK(attempt.ok());
        CHECK(attempt.body == "ok");
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("cancel ends an attempt that waits for its response or for a connection, on any thread") {
    Server server(silence());
    const FullBacklog full;
    boost::asio::io_context context;
    AsyncBeastTransport transport(context, plain());
    for (const std::string& url : {url_of(server), full.request().url}) {
        OneAttempt attempt(url), other(url_of(server));
        const void* const id = attempt.start(transport);
        const void* const id_of_other = other.start(transport);
        run_for(context, 100);
        CHECK_FALSE(attempt.ended);
        std::thread([&] {
            transport.cancel(id);
            transport.cancel(&context); // of no attempt
        }).join();
        run_for(context, 20);
        CHECK(attempt.result.status == TransportStatus::cancelled);
        CHECK_FALSE(other.ended);
        transport.cancel(id);
        transport.cancel(id_of_other);
        context.restart();
        context.run();
        CHECK(other.result.status == TransportStatus::cancelled);
    }
}

TEST_CASE("an attempt that is cancelled before the context runs ends as cancelled") {
    Server server(answer(reply(200, "ok")));
    boost::asio::io_context context;
    AsyncBeastTransport transport(context, plain());
    OneAttempt attempt(url_of(server));
    transport.cancel(attempt.start(transport));
    context.run();
    CHECK(attempt.result.status == TransportStatus::cancelled);
    CHECK(server.connections() <= 1);
}

TEST_CASE("attempts of a transport that ends are abandoned, wherever they are") {
    Server server(silence());
    const FullBacklog full;
    std::list<OneAttempt> attempts;
    {
        boost::asio::io_context context;
        {
            AsyncBeastTransport transport(context, plain());
            attempts.emplace_back(url_of(server)).start(transport);
            attempts.emplace_back(full.request().url).start(transport);
            attempts.emplace_back("http://name.invalid/").start(transport);
            run_for(context, 1);
            attempts.emplace_back(url_of(server)).start(transport);
        }
        run_for(context, 100);
        attempts.emplace_back(url_of(server));
        {
            AsyncBeastTransport transport(context, plain());
            attempts.back().start(transport);
        }
    }
    for (const OneAttempt& attempt : attempts) {
        // The name may have been looked up by then.
        CHECK((attempt.abandoned || attempt.result.status == TransportStatus::resolve_failed));
        CHECK(attempt.abandoned != attempt.ended);
    }
}

TEST_CASE("attempts for the same name wait for one lookup, and try all of its addresses") {
    Server server(answer(reply(200, "ok")));
    boost::asio::io_context context;
    AsyncBeastTransport transport(context, plain());
    // Its first address may be ::1, where the server does not listen.
    const std::string url = "http://localhost:" + std::to_string(server.port()) + "/";
    for (int round = 0; round < 2; ++round) {
        std::list<OneAttempt> attempts;
        for (int i = 0; i < 20; ++i) attempts.emplace_back(url).start(transport);
        for (int i = 0; i < 5; ++i) attempts.emplace_back("http://name.invalid/").start(transport);
        context.restart();
        context.run();
        int failed = 0;
        for (const OneAttempt& attempt : attempts)
            if (!attempt.ok()) {
                CHECK(attempt.result.status == TransportStatus::resolve_failed);
                CHECK_FALSE(attempt.result.message.empty());
                ++failed;
            }
        CHECK(failed == 5);
    }
}

TEST_CASE("a context that several threads run needs a strand, and attempts start on any thread") {
    constexpr int starters = 3;
    constexpr int attempts_each = 60;
    Server server(answer(reply(200, "ok")));
    boost::asio::io_context context;
    std::list<OneAttempt> attempts;
    std::atomic<int> ends = 0;
    for (int i = 0; i < starters * attempts_each; ++i) attempts.emplace_back(url_of(server), &ends);
    auto work = boost::asio::make_work_guard(context);
    AsyncBeastTransport transport(boost::asio::any_io_executor(boost::asio::make_strand(context)), plain());
    std::vector<std::thread> runners, starting;
    for (int i = 0; i < 3; ++i) runners.emplace_back([&] { context.run(); });
    for (int i = 0; i < starters; ++i)
        starting.emplace_back([&, first = std::next(attempts.begin(), i * attempts_each)] {
            auto next = first;
            for (int n = 0; n < attempts_each; ++n) (next++)->start(transport);
        });
    for (std::thread& thread : starting) thread.join();
    for (int i = 0; i < 1000 && ends != starters * attempts_each; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    work.reset();
    for (std::thread& thread : runners) thread.join();
    CHECK(ends == starters * attempts_each);
    for (const OneAttempt& attempt : attempts) CHECK(attempt.ok());
}
