// SPDX-License-Identifier: Apache-2.0
// Runs a fuzzer without libFuzzer: on the files and directories named on the command line, then on random
// mutations of them. Understands libFuzzer's -runs, -seed and -max_total_time.
#include "fuzz.hpp"

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace {

std::vector<std::string> read_corpus(const std::filesystem::path& path) {
    std::vector<std::string> inputs;
    const auto read = [&](const std::filesystem::path& file) {
        std::ifstream stream(file, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    };
    if (std::filesystem::is_directory(path)) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file()) read(entry.path());
    } else {
        read(path);
    }
    return inputs;
}

void damage(std::string& input, const std::vector<std::string>& corpus, std::mt19937_64& random) {
    const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    for (std::size_t change = 1 + below(4); change > 0; --change) {
        const std::size_t at = below(input.size() + 1);
        const std::string& other = corpus[below(corpus.size())];
        switch (below(5)) {
        case 0: input.erase(at, 1 + below(8)); break;
        case 1: input.insert(at, 1, static_cast<char>(random())); break;
        case 2:
            if (at < input.size()) input[at] = static_cast<char>(random());
            break;
        case 3: input.insert(at, other, below(other.size()), below(32)); break;
        default: input.insert(at, input.substr(below(input.size()), below(16))); break;
        }
    }
    if (input.size() > 4096) input.resize(4096);
}

void run(const std::string& input) {
    // Exactly that size, so that a sanitizer sees a read past the end.
    const std::vector<std::uint8_t> exact(input.begin(), input.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

} // namespace

int main(int argument_count, char** arguments) {
    long runs = -1;
    long seconds = 0;
    std::uint64_t seed = 1;
    std::vector<std::string> corpus;
    for (int i = 1; i < argument_count; ++i) {
        const std::string argument = arguments[i];
        const auto number = [&](const char* flag) -> const char* {
            return argument.compare(0, std::strlen(flag), flag) == 0 ? arguments[i] + std::strlen(flag)
                                                                     : nullptr;
        };
        if (const char* given = number("-runs=")) {
            runs = std::atol(given);
        } else if (const char* given_seed = number("-seed=")) {
            seed = std::strtoull(given_seed, nullptr, 10);
        } else if (const char* given_seconds = number("-max_total_time=")) {
            seconds = std::atol(given_seconds);
        } else if (argument[0] != '-') {
            for (std::string& input : read_corpus(argument)) corpus.push_back(std::move(input));
        }
    }
    for (const std::string& input : corpus) run(input);
    corpus.emplace_back();
    if (runs < 0 && seconds == 0) runs = 10'000;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    std::mt19937_64 random(seed);
    long done = 0;
    for (; (runs < 0 || done < runs) && (seconds == 0 || std::chrono::steady_clock::now() < end); ++done) {
        std::string input = corpus[random() % corpus.size()];
        damage(input, corpus, random);
        run(input);
    }
    std::printf("%ld runs\n", done);
}
