// SPDX-License-Identifier: Apache-2.0
// Decoding a page of Amazon CloudWatch's GetMetricData from CBOR into the generated structs: a day of one
// value a minute for 20 metrics.
#include <belfry/cloudwatch/get_metric_data.hpp>

#include "measure.hpp"

#include <cbor.h>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace cloudwatch = belfry::cloudwatch;

cloudwatch::GetMetricDataOutput page() {
    cloudwatch::GetMetricDataOutput out;
    for (int metric = 0; metric < 20; ++metric) {
        cloudwatch::MetricDataResult result;
        result.id = "m" + std::to_string(metric);
        result.label = "belfry/ringing_seconds of tower-" + std::to_string(metric);
        result.status_code = cloudwatch::StatusCode("Complete");
        for (int minute = 0; minute < 1'440; ++minute) {
            result.timestamps.push_back({1'767'225'600 + 60 * minute, 0});
            result.values.push_back(0.1 * minute + metric);
        }
        out.metric_data_results.push_back(std::move(result));
    }
    return out;
}

std::string encode(const cloudwatch::GetMetricDataOutput& value) {
    std::string bytes;
    std::string problem;
    if (!belfry::encode_cbor(belfry::structure_of<cloudwatch::GetMetricDataOutput>, &value, bytes, {},
                             problem))
        std::printf("%s\n", problem.c_str());
    return bytes;
}

cloudwatch::GetMetricDataOutput decode(const std::string& bytes) {
    cloudwatch::GetMetricDataOutput out;
    std::string problem;
    if (!belfry::decode_cbor(bytes, belfry::structure_of<cloudwatch::GetMetricDataOutput>, &out, {}, problem))
        std::printf("%s\n", problem.c_str());
    return out;
}

double number(const cbor_item_t* item) {
    return cbor_isa_float_ctrl(item) ? cbor_float_get_float(item) : static_cast<double>(cbor_get_int(item));
}
std::string_view text(const cbor_item_t* item) {
    return {reinterpret_cast<const char*>(cbor_string_handle(item)), cbor_string_length(item)};
}

/// Reads what the page has, without the checks of a decoder.
cloudwatch::GetMetricDataOutput decode_by_libcbor(const std::string& bytes) {
    cbor_load_result loaded;
    cbor_item_t* root = cbor_load(reinterpret_cast<cbor_data>(bytes.data()), bytes.size(), &loaded);
    cloudwatch::GetMetricDataOutput out;
    if (root == nullptr) return out;
    for (std::size_t i = 0; i < cbor_map_size(root); ++i) {
        const cbor_pair& member = cbor_map_handle(root)[i];
        if (text(member.key) != "MetricDataResults") continue;
        for (std::size_t j = 0; j < cbor_array_size(member.value); ++j) {
            const cbor_item_t* const entry = cbor_array_handle(member.value)[j];
            cloudwatch::MetricDataResult result;
            for (std::size_t k = 0; k < cbor_map_size(entry); ++k) {
                const cbor_pair& field = cbor_map_handle(entry)[k];
                const std::string_view name = text(field.key);
                if (name == "Id")
                    result.id = std::string(text(field.value));
                else if (name == "Label")
                    result.label = std::string(text(field.value));
                else if (name == "StatusCode")
                    result.status_code = cloudwatch::StatusCode(text(field.value));
                else if (name == "Timestamps") {
                    for (std::size_t n = 0; n < cbor_array_size(field.value); ++n) {
                        cbor_item_t* seconds = cbor_tag_item(cbor_array_handle(field.value)[n]);
                        result.timestamps.push_back({static_cast<std::int64_t>(number(seconds)), 0});
                        cbor_decref(&seconds);
                    }
                } else if (name == "Values") {
                    for (std::size_t n = 0; n < cbor_array_size(field.value); ++n)
                        result.values.push_back(number(cbor_array_handle(field.value)[n]));
                }
            }
            out.metric_data_results.push_back(std::move(result));
        }
    }
    cbor_decref(&root);
    return out;
}

} // namespace

int main(int argument_count, char** arguments) {
    const cloudwatch::GetMetricDataOutput expected = page();
    const std::string bytes = encode(expected);
    if (!(decode(bytes) == expected) || !(decode_by_libcbor(bytes) == expected)) {
        std::printf("the decoders disagree\n");
        return 1;
    }
    // nlohmann/json 3.11 does not read the tag of a time.
    return measure::run(argument_count, arguments, "decode 28,800 values of GetMetricData",
                        {{"belfry", [&] { measure::keep(decode(bytes)); }},
                         {"libcbor DOM and copy", [&] { measure::keep(decode_by_libcbor(bytes)); }}},
                        [](const std::vector<measure::Cost>& costs) {
                            return measure::judge_at_least(
                                "times as fast as libcbor DOM and copy",
                                measure::of(costs, "libcbor DOM and copy").nanoseconds /
                                    measure::of(costs, "belfry").nanoseconds,
                                3);
                        });
}
