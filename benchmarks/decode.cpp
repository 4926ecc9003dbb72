// SPDX-License-Identifier: Apache-2.0
// Decoding a page of Lambda's ListFunctions into the generated structs.
#include <belfry/codec/json.hpp>
#include <belfry/lambda/list_functions.hpp>

#include "lambda_nlohmann.hpp"
#include "lambda_simdjson.hpp"
#include "measure.hpp"
#ifdef BELFRY_BENCHMARK_RAPIDJSON
#include "lambda_rapidjson.hpp"
#endif

#include <cstdio>
#include <string>
#include <vector>

namespace {

belfry::lambda::ListFunctionsResponse decode(const std::string& text) {
    belfry::lambda::ListFunctionsResponse out;
    std::string problem;
    if (!belfry::decode_json(text, belfry::structure_of<belfry::lambda::ListFunctionsResponse>, &out, {},
                             problem))
        std::printf("%s\n", problem.c_str());
    return out;
}

} // namespace

int main(int argument_count, char** arguments) {
    const std::string text = measure::data("list_functions_50.json");
    const simdjson::padded_string padded(text);
    simdjson::ondemand::parser parser;

    const auto ours = decode(text);
    if (ours.functions.size() != 50 || !(ours == with_nlohmann::decode(text)) ||
        !(ours == with_simdjson::decode(parser, padded))) {
        std::printf("the decoders disagree\n");
        return 1;
    }
    std::vector<measure::Contender> contenders{
        {"belfry", [&] { measure::keep(decode(text)); }},
        {"simdjson on-demand", [&] { measure::keep(with_simdjson::decode(parser, padded)); }},
        {"nlohmann DOM and copy", [&] { measure::keep(with_nlohmann::decode(text)); }}};
#ifdef BELFRY_BENCHMARK_RAPIDJSON
    if (!(ours == with_rapidjson::decode(text))) {
        std::printf("RapidJSON's decoder disagrees\n");
        return 1;
    }
    contenders.push_back({"RapidJSON DOM and copy", [&] { measure::keep(with_rapidjson::decode(text)); }});
#endif
    return measure::run(argument_count, arguments, "decode list_functions_50.json", contenders,
                        [](const std::vector<measure::Cost>& costs) {
                            const double belfry = measure::of(costs, "belfry").nanoseconds;
                            const bool faster = measure::judge_at_least(
                                "times as fast as nlohmann DOM and copy",
                                measure::of(costs, "nlohmann DOM and copy").nanoseconds / belfry, 8);
                            const bool close = measure::judge_at_most(
                                "time of hand-written simdjson on-demand",
                                belfry / measure::of(costs, "simdjson on-demand").nanoseconds, 1.10);
                            return faster && close;
                        });
}
