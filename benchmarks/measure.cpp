// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <new>
#include <utility>

namespace {
std::size_t allocation_count = 0;
std::size_t allocation_bytes = 0;

void* allocate(std::size_t size) {
    ++allocation_count;
    allocation_bytes += size;
    if (void* memory = std::malloc(size != 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}
} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace measure {
namespace {
/// Processor time of this process in nanoseconds; other processes do not count.
double time_of(const Contender& contender, long times) {
    const std::clock_t begin = std::clock();
    for (long i = 0; i < times; ++i) contender.run();
    return static_cast<double>(std::clock() - begin) * (1e9 / CLOCKS_PER_SEC);
}
} // namespace

std::size_t allocations() noexcept { return allocation_count; }
std::size_t allocated_bytes() noexcept { return allocation_bytes; }

std::vector<Cost> compare(const std::vector<Contender>& contenders, int rounds, double round_nanoseconds) {
    std::vector<Cost> costs;
    std::vector<long> times;
    for (const Contender& contender : contenders) {
        contender.run(); // allocates what is kept between calls
        const std::size_t count = allocations();
        const std::size_t bytes = allocated_bytes();
        contender.run();
        costs.push_back({contender.name, 0, allocations() - count, allocated_bytes() - bytes, {}});
        long calibration = 1;
        double spent = time_of(contender, calibration);
        while (spent < round_nanoseconds / 4) spent = time_of(contender, calibration *= 2);
        times.push_back(
            std::max(1L, static_cast<long>(round_nanoseconds / spent * static_cast<double>(calibration))));
    }
    std::vector<std::vector<double>> samples(contenders.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < contenders.size(); ++i)
            samples[i].push_back(time_of(contenders[i], times[i]) / static_cast<double>(times[i]));
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        costs[i].rounds = samples[i];
        std::nth_element(samples[i].begin(), samples[i].begin() + rounds / 2, samples[i].end());
        costs[i].nanoseconds = samples[i][static_cast<std::size_t>(rounds) / 2];
    }
    return costs;
}

void print(const std::string& title, const std::vector<Cost>& costs) {
    std::printf("%s\n", title.c_str());
    for (const Cost& cost : costs)
        std::printf("  %-32s %10.2f us %8zu allocations %10zu bytes\n", cost.name.c_str(),
                    cost.nanoseconds / 1e3, cost.allocations, cost.allocated_bytes);
}

void print_json(const std::vector<Cost>& costs) {
    std::printf("[");
    for (std::size_t i = 0; i < costs.size(); ++i) {
        const Cost& cost = costs[i];
        std::printf(
            "%s\n{\"name\": \"%s\", \"nanoseconds\": %.1f, \"allocations\": %zu, \"allocated_bytes\": %zu, "
            "\"rounds\": [",
            i == 0 ? "" : ",", cost.name.c_str(), cost.nanoseconds, cost.allocations, cost.allocated_bytes);
        for (std::size_t round = 0; round < cost.rounds.size(); ++round)
            std::printf("%s%.1f", round == 0 ? "" : ", ", cost.rounds[round]);
        std::printf("]}");
    }
    std::printf("\n]\n");
}

bool judge_at_most(const std::string& goal, double actual, double limit) {
    const bool pass = actual <= limit;
    std::printf("  %s  %s: %.2f, at most %.2f\n", pass ? "PASS" : "FAIL", goal.c_str(), actual, limit);
    return pass;
}

bool judge_at_least(const std::string& goal, double actual, double limit) {
    const bool pass = actual >= limit;
    std::printf("  %s  %s: %.2f, at least %.2f\n", pass ? "PASS" : "FAIL", goal.c_str(), actual, limit);
    return pass;
}

std::string data(const std::string& name) {
    std::ifstream file(std::string(BELFRY_BENCHMARK_DATA) + "/" + name, std::ios::binary);
    if (!file) {
        std::fprintf(stderr, "cannot read %s/%s\n", BELFRY_BENCHMARK_DATA, name.c_str());
        std::exit(2);
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const Cost& of(const std::vector<Cost>& costs, const std::string& name) {
    for (const Cost& cost : costs)
        if (cost.name == name) return cost;
    std::fprintf(stderr, "no contender %s\n", name.c_str());
    std::exit(2);
}

int run(int argument_count, char** arguments, const std::string& title,
        const std::vector<Contender>& contenders,
        const std::function<bool(const std::vector<Cost>&)>& judge) {
    if (argument_count == 4 && std::string(arguments[1]) == "--only") {
        for (const Contender& contender : contenders)
            if (contender.name == arguments[2]) {
                for (long i = std::atol(arguments[3]); i > 0; --i) contender.run();
                return 0;
            }
        std::fprintf(stderr, "no contender %s\n", arguments[2]);
        return 2;
    }
    const std::vector<Cost> costs = compare(contenders);
    if (argument_count == 2 && std::string(arguments[1]) == "--json") {
        print_json(costs);
        return 0;
    }
    print(title, costs);
    return judge(costs) ? 0 : 1;
}

} // namespace measure
