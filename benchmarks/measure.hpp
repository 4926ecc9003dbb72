// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Measures ratios between several implementations of one task, so that load on the machine affects them
/// little.
namespace measure {

/// One implementation of the task.
struct Contender {
    std::string name;
    std::function<void()> run;
};

/// The cost of one run: the median over the rounds of its processor time, and the blocks it allocates.
struct Cost {
    std::string name;
    double nanoseconds = 0;
    std::size_t allocations = 0;
    std::size_t allocated_bytes = 0;
    /// The processor time in nanoseconds of each round.
    std::vector<double> rounds{};
};

/// Runs the contenders in turn, in every round each for `round_nanoseconds`; load on the machine then affects
/// all alike.
[[nodiscard]] std::vector<Cost> compare(const std::vector<Contender>& contenders, int rounds = 41,
                                        double round_nanoseconds = 4e6);

void print(const std::string& title, const std::vector<Cost>& costs);
/// Prints a JSON list of objects with the members of `Cost`.
void print_json(const std::vector<Cost>& costs);

/// Prints and judges a goal: `actual` must not exceed `limit`. Returns whether it does not.
bool judge_at_most(const std::string& goal, double actual, double limit);
/// Prints and judges a goal: `actual` must reach `limit`. Returns whether it does.
bool judge_at_least(const std::string& goal, double actual, double limit);

/// Blocks allocated by this program so far.
[[nodiscard]] std::size_t allocations() noexcept;
[[nodiscard]] std::size_t allocated_bytes() noexcept;

/// The contents of a file of benchmarks/data; ends the program when it cannot be read.
[[nodiscard]] std::string data(const std::string& name);

/// Keeps the compiler from optimizing away the computation of `value`.
template <class T> void keep(const T& value) {
#if defined(__GNUC__) || defined(__clang__)
    asm volatile("" : : "g"(&value) : "memory");
#endif
}

/// `main` of a benchmark: compares and lets `judge` decide; with `--json`, only prints the costs as JSON;
/// with
/// `--only NAME TIMES`, only runs that contender.
int run(int argument_count, char** arguments, const std::string& title,
        const std::vector<Contender>& contenders, const std::function<bool(const std::vector<Cost>&)>& judge);

/// The cost of the contender with that name.
[[nodiscard]] const Cost& of(const std::vector<Cost>& costs, const std::string& name);

} // namespace measure
