// SPDX-License-Identifier: Apache-2.0
// Encoding a page of Lambda's ListFunctions from the generated structs.
#include <belfry/codec/json.hpp>
#include <belfry/lambda/list_functions.hpp>

#include "lambda_nlohmann.hpp"
#include "measure.hpp"
#ifdef BELFRY_BENCHMARK_RAPIDJSON
#include "lambda_rapidjson.hpp"
#endif

#include <cstdio>
#include <string>
#include <vector>

namespace {

std::string encode(const belfry::lambda::ListFunctionsResponse& in) {
    std::string out;
    std::string problem;
    if (!belfry::encode_json(belfry::structure_of<belfry::lambda::ListFunctionsResponse>, &in, out, {},
                             problem))
        std::printf("%s\n", problem.c_str());
    return out;
}

} // namespace

int main(int argument_count, char** arguments) {
    const auto page = with_nlohmann::decode(measure::data("list_functions_50.json"));
    if (nlohmann::json::parse(encode(page)) != nlohmann::json::parse(with_nlohmann::encode(page))) {
        std::printf("the encoders disagree\n");
        return 1;
    }
    std::vector<measure::Contender> contenders{
        {"belfry", [&] { measure::keep(encode(page)); }},
        {"nlohmann DOM and dump", [&] { measure::keep(with_nlohmann::encode(page)); }}};
#ifdef BELFRY_BENCHMARK_RAPIDJSON
    if (nlohmann::json::parse(encode(page)) != nlohmann::json::parse(with_rapidjson::encode(page))) {
        std::printf("RapidJSON's encoder disagrees\n");
        return 1;
    }
    contenders.push_back({"RapidJSON Writer", [&] { measure::keep(with_rapidjson::encode(page)); }});
#endif
    return measure::run(argument_count, arguments, "encode list_functions_50.json", contenders,
                        [](const std::vector<measure::Cost>& costs) {
                            return measure::judge_at_least(
                                "times as fast as nlohmann DOM and dump",
                                measure::of(costs, "nlohmann DOM and dump").nanoseconds /
                                    measure::of(costs, "belfry").nanoseconds,
                                8);
                        });
}
