// SPDX-License-Identifier: Apache-2.0
// The process has no file descriptors left, and then has them again.
#include "fleet.hpp"
#include "modes.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace soak {
namespace {

/// While it lives, the process has only `left` more descriptors.
class FewDescriptors {
  public:
    explicit FewDescriptors(std::size_t left) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low = before_;
        low.rlim_cur = 256;
        if (low.rlim_cur < before_.rlim_cur) ::setrlimit(RLIMIT_NOFILE, &low);
        for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) taken_.push_back(fd);
        for (; left != 0 && !taken_.empty(); --left) release_one();
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;
    ~FewDescriptors() {
        while (!taken_.empty()) release_one();
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }

  private:
    void release_one() {
        ::close(taken_.back());
        taken_.pop_back();
    }
    rlimit before_{};
    std::vector<int> taken_{};
};

bool run_descriptors_in(const Settings& settings, Way way) {
    constexpr std::uint32_t refused = 48;
    const std::uint32_t each = settings.quick ? 300 : 3000;
    Run run(settings, "descriptors", Scene::quiet, way, refused + 2 * each);
    Fleet fleet(run, config_for(run.endpoint()));
    const Judge right = [&](std::uint32_t number, const Outcome& outcome) {
        return run.judge(number, outcome);
    };
    {
        const FewDescriptors none(0);
        // The transport has no connection yet.
        fleet.make_calls(0, refused, {}, [](std::uint32_t, const Outcome& outcome) -> std::string {
            if (outcome.succeeded) return "it succeeds without a descriptor";
            const std::string problem =
                problem_of(outcome.error, {belfry::ErrorKind::transport, "ConnectFailed"});
            if (!problem.empty()) return problem;
            return outcome.error.message.find("open files") != std::string::npos
                       ? ""
                       : "its message does not tell the reason: " + outcome.error.message;
        });
    }
    run.require(run.counts().requests == 0, "requests were sent without a descriptor");
    for (std::uint32_t number = 0; number < refused; ++number)
        run.expect_lost(static_cast<std::uint64_t>(run.attempts(number)));
    fleet.make_calls(refused, refused + each, {}, right);
    {
        // Idle connections stay, so calls go on with them.
        const FewDescriptors none(0);
        fleet.make_calls(refused + each, refused + 2 * each, {}, right);
    }
    return run.finish(false);
}

} // namespace

bool run_descriptors(const Settings& settings) { return both_ways(settings, run_descriptors_in); }

} // namespace soak
