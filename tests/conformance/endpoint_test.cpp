// SPDX-License-Identifier: Apache-2.0
//
// Runs the endpoint tests of Smithy models (trait smithy.rules#endpointTests) and botocore's answers in the
// same form. endpoint.cmake has endpoint_dump.py compile the rule sets into endpoint_cases.hpp in the build
// directory, and endpoint_botocore.py ask botocore; the cases themselves are read when the test runs.
// BELFRY_ENDPOINT_CASE=<part of a shape's name> runs those only and prints every failure.
#include <belfry/endpoint/resolver.hpp>

#include "support/catch.hpp"

#if defined(BELFRY_TEST_HAS_ENDPOINT_CASES) && __has_include(<nlohmann/json.hpp>)
#include "endpoint_cases.hpp"

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Json = nlohmann::json;

/// Owns the lists that the parameters refer to.
struct Given {
    explicit Given(const Json& values) {
        for (const auto& [name, value] : values.items()) {
            if (value.is_boolean()) {
                parameters.set_boolean(name, value.get<bool>());
            } else if (value.is_string()) {
                parameters.set_string(name, value.get_ref<const std::string&>());
            } else {
                lists.emplace_back();
                for (const Json& item : value) lists.back().push_back(item.get_ref<const std::string&>());
                parameters.set_strings(name, lists.back().data(), lists.back().size());
            }
        }
    }
    belfry::EndpointParameters parameters;
    std::deque<std::vector<std::string_view>> lists;
};

Json to_json(const belfry::Endpoint& endpoint) {
    Json properties = endpoint.properties.empty() ? Json::object() : Json::parse(endpoint.properties);
    Json schemes = Json::array();
    for (const belfry::AuthScheme& scheme : endpoint.auth_schemes) {
        Json& out = schemes.emplace_back(Json{{"name", scheme.name}});
        if (!scheme.signing_name.empty()) out["signingName"] = scheme.signing_name;
        if (!scheme.signing_region.empty()) out["signingRegion"] = scheme.signing_region;
        if (!scheme.signing_region_set.empty()) out["signingRegionSet"] = Json{scheme.signing_region_set};
        if (scheme.disable_double_encoding) out["disableDoubleEncoding"] = true;
    }
    if (!schemes.empty()) properties["authSchemes"] = std::move(schemes);
    Json headers = Json::object();
    for (const belfry::Header& header : endpoint.headers) headers[header.name].push_back(header.value);
    return {{"url", endpoint.url}, {"properties", std::move(properties)}, {"headers", std::move(headers)}};
}

/// The expectation in normal form: defaults are written out, and members without effect are removed.
Json complete(Json expected) {
    if (!expected.contains("properties")) expected["properties"] = Json::object();
    if (!expected.contains("headers")) expected["headers"] = Json::object();
    Json& properties = expected["properties"];
    if (properties.contains("authSchemes"))
        for (Json& scheme : properties["authSchemes"])
            if (scheme.contains("disableDoubleEncoding") && !scheme["disableDoubleEncoding"].get<bool>())
                scheme.erase("disableDoubleEncoding");
    return expected;
}

/// The partitions as they were when the Smithy models' tests were written: some had no dual-stack yet.
struct EarlierPartitions {
    EarlierPartitions() {
        for (std::uint16_t i = 0; i < belfry::aws_partitions.count; ++i) {
            rows.push_back(belfry::aws_partitions.first[i]);
            const std::string_view name = rows.back().name;
            if (name.substr(0, 7) == "aws-iso") rows.back().supports_dual_stack = false;
        }
    }
    std::vector<belfry::Partition> rows;
};

/// Empty when the case passes, else what is different.
std::string difference(const belfry::EndpointRules& rules, const Json& test_case,
                       const belfry::Partitions& partitions) {
    const Json parameters = test_case.value("params", Json::object());
    const Given given(parameters);
    const belfry::Result<belfry::Endpoint> result =
        belfry::resolve_endpoint(rules, given.parameters, partitions);
    const Json& expect = test_case.at("expect");
    if (expect.contains("error")) {
        if (result) return "resolved to " + result->url;
        const std::string message = expect.at("error");
        const std::string& code = result.error().code;
        const bool same = message.rfind("Cannot find value for required", 0) == 0 ? code == "MissingParameter"
                          : message.rfind("No endpoint found", 0) == 0            ? code == "NoEndpoint"
                                                                       : result.error().message == message;
        return same ? "" : "error " + code + ": " + result.error().message;
    }
    if (!result) return "error " + result.error().code + ": " + result.error().message;
    const Json found = to_json(*result);
    return found == complete(expect.at("endpoint")) ? "" : found.dump();
}

struct Tally {
    int passed = 0;
    int failed = 0;
    std::string failures;
};

/// Runs the cases of the shapes that botocore answered for, or of all others.
Tally run(bool of_botocore, const belfry::Partitions& partitions) {
    const std::string_view prefix = "botocore#";
    Tally tally;
    const char* const only = std::getenv("BELFRY_ENDPOINT_CASE");
    std::string loaded;
    Json model;
    for (const endpoint_cases::Service& service : endpoint_cases::services) {
        const std::string_view shape = service.shape;
        if ((shape.substr(0, prefix.size()) == prefix) != of_botocore) continue;
        if (only != nullptr && shape.find(only) == std::string_view::npos) continue;
        if (loaded != service.model) {
            std::ifstream file(service.model);
            model = Json::parse(file);
            loaded = service.model;
        }
        const Json& traits = model.at("shapes").at(service.shape).at("traits");
        for (const Json& test_case : traits.at("smithy.rules#endpointTests").at("testCases")) {
            const std::string wrong = difference(*service.rules, test_case, partitions);
            ++(wrong.empty() ? tally.passed : tally.failed);
            if (wrong.empty() || (tally.failed > 20 && only == nullptr)) continue;
            tally.failures += std::string(shape) + ": " + test_case.dump() + "\n    but " + wrong + "\n";
        }
    }
    return tally;
}

} // namespace

TEST_CASE("Smithy's endpoint tests pass") {
    const EarlierPartitions earlier;
    const belfry::Partitions partitions{.first = earlier.rows.data(),
                                        .count = static_cast<std::uint16_t>(earlier.rows.size())};
    const Tally tally = run(false, partitions);
    INFO(tally.failures);
    CHECK(tally.failed == 0);
    if (std::getenv("BELFRY_ENDPOINT_CASE") == nullptr) CHECK(tally.passed >= 1400);
    WARN(tally.passed << " cases passed");
}

TEST_CASE("endpoints agree with botocore") {
#if defined(BELFRY_TEST_HAS_ENDPOINT_BOTOCORE)
    const Tally tally = run(true, belfry::aws_partitions);
    INFO(tally.failures);
    CHECK(tally.failed == 0);
    if (std::getenv("BELFRY_ENDPOINT_CASE") == nullptr) CHECK(tally.passed >= 10000);
    WARN(tally.passed << " cases passed");
#else
    WARN("SKIPPED: botocore was not there to be asked");
#endif
}

#else
TEST_CASE("Smithy's endpoint tests pass") {
    WARN("SKIPPED: the conformance data, Python or nlohmann/json is missing");
}
#endif
