// SPDX-License-Identifier: Apache-2.0
// Decoding a page of Lambda's ListFunctions into the generated structs.
#include <belfry/borrowed.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/lambda/borrowed/list_functions.hpp>
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

using Borrowed = belfry::lambda::borrowed::operations::ListFunctions;

/// Reads a response that owns `text`, and gives the text back, so that no copy of it is measured.
std::size_t decode_borrowed(belfry::HttpResponse& response) {
    Borrowed::Output out;
    belfry::Error error;
    const belfry::Operation& operation = belfry::operation_of<Borrowed>;
    if (!operation.service->protocol->decode(operation, response, {}, &out, error))
        std::printf("%s\n", error.message.c_str());
    const std::size_t count = out.functions.size();
    response.body = belfry::borrowed::take_body(std::move(out));
    return count;
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
    belfry::HttpResponse response;
    response.status = 200;
    response.body = text;
    const auto views = belfry::decode(Borrowed{}, response);
    if (!views || !(ours == belfry::borrowed::to_owned(*views))) {
        std::printf("the decoder of views disagrees\n");
        return 1;
    }
    std::vector<measure::Contender> contenders{
        {"belfry", [&] { measure::keep(decode(text)); }},
        {"belfry, borrowed", [&] { measure::keep(decode_borrowed(response)); }},
        {"simdjson on-demand", [&] { measure::keep(with_simdjson::decode(parser, padded)); }},
        {"nlohmann DOM and copy", [&] { measure::keep(with_nlohmann::decode(text)); }}};
#ifdef BELFRY_BENCHMARK_RAPIDJSON
    if (!(ours == with_rapidjson::decode(text))) {
        std::printf("RapidJSON's decoder disagrees\n");
        return 1;
    }
    contenders.push_back({"RapidJSON DOM and copy", [&] { measure::keep(with_rapidjson::decode(text)); }});
#endif
    return measure::run(
        argument_count, arguments, "decode list_functions_50.json", contenders,
        [](const std::vector<measure::Cost>& costs) {
            const double belfry = measure::of(costs, "belfry").nanoseconds;
            const bool faster =
                measure::judge_at_least("times as fast as nlohmann DOM and copy",
                                        measure::of(costs, "nlohmann DOM and copy").nanoseconds / belfry, 8);
            const bool close =
                measure::judge_at_most("time of hand-written simdjson on-demand",
                                       belfry / measure::of(costs, "simdjson on-demand").nanoseconds, 1.10);
            const bool borrowed =
                measure::judge_at_least("times as fast as hand-written simdjson on-demand, borrowed",
                                        measure::of(costs, "simdjson on-demand").nanoseconds /
                                            measure::of(costs, "belfry, borrowed").nanoseconds,
                                        1.9);
            return faster && close && borrowed;
        });
}
