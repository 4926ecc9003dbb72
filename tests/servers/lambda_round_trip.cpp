// SPDX-License-Identifier: Apache-2.0
// AWS Lambda: restJson1.
#include <belfry/lambda/create_function.hpp>
#include <belfry/lambda/delete_function.hpp>
#include <belfry/lambda/errors.hpp>
#include <belfry/lambda/get_function.hpp>
#include <belfry/lambda/list_functions.hpp>
#include <belfry/lambda/list_tags.hpp>
#include <belfry/lambda/tag_resource.hpp>
#include <belfry/lambda/update_function_configuration.hpp>

#include "servers/server_test.hpp"

#include <string>

namespace lambda = belfry::lambda;
using belfry_servers::require_value;

namespace {

/// An empty zip file: only the end of its central directory (PKWARE APPNOTE section 4.3.16).
[[nodiscard]] std::string empty_zip() { return std::string("PK\x05\x06", 4) + std::string(18, '\0'); }

[[nodiscard]] lambda::CreateFunctionRequest new_function(const std::string& name) {
    lambda::CreateFunctionRequest input;
    input.function_name = name;
    input.role = "arn:aws:iam::123456789012:role/bell-ringer";
    input.runtime = lambda::Runtime::python3_12;
    input.handler = "bell.ring";
    input.code = lambda::FunctionCode{.zip_file = belfry::Blob(empty_zip())};
    input.environment = lambda::Environment{.variables = {{"TOWER", "north"}, {"NOTE", "\u00e9\"\\\n"}}};
    input.tags = {{"owner", "belfry"}};
    input.timeout = 17;
    return input;
}

} // namespace

TEST_CASE("functions are created, read back, changed, listed by pages and deleted") {
    lambda::Client client{belfry_servers::config(), belfry_servers::transport()};
    for (int i = 0; i < 7; ++i) {
        const auto created = client.create_function(new_function("bell-" + std::to_string(i)));
        require_value(created);
        CHECK(created->function_name == "bell-" + std::to_string(i));
        CHECK(created->runtime == lambda::Runtime::python3_12);
        CHECK(created->timeout == 17);
        CHECK(created->code_size == 22);
        CHECK_FALSE(created.metadata().request_id.empty());
    }

    const auto found = client.get_function({.function_name = "bell-3"});
    require_value(found);
    REQUIRE(found->configuration.has_value());
    REQUIRE(found->configuration->environment.has_value());
    const auto& variables = found->configuration->environment->variables;
    REQUIRE(variables.size() == 2);
    CHECK(*variables.find("TOWER") == "north");
    CHECK(*variables.find("NOTE") == "\u00e9\"\\\n");
    REQUIRE(found->tags.find("owner") != nullptr);
    CHECK(*found->tags.find("owner") == "belfry");

    const std::string arn = found->configuration->function_arn.value_or("");
    require_value(client.tag_resource({.resource = arn, .tags = {{"a b", "c/d+e"}, {"owner", "x"}}}));
    const auto tags = client.list_tags({.resource = arn});
    require_value(tags);
    CHECK(*tags->tags.find("a b") == "c/d+e");
    CHECK(*tags->tags.find("owner") == "x");

    const auto changed =
        client.update_function_configuration({.function_name = "bell-3", .timeout = 29, .memory_size = 256});
    require_value(changed);
    CHECK(changed->timeout == 29);
    CHECK(changed->memory_size == 256);

    int listed = 0;
    for (auto& page : client.paginate_list_functions({.max_items = 2})) {
        require_value(page);
        for (const auto& function : page->functions) {
            CHECK(function.function_name.value_or("").rfind("bell-", 0) == 0);
            ++listed;
        }
    }
    CHECK(listed == 7);

    for (int i = 0; i < 7; ++i)
        require_value(client.delete_function({.function_name = "bell-" + std::to_string(i)}));
}

TEST_CASE("a missing function is a modelled exception") {
    lambda::Client client{belfry_servers::config(), belfry_servers::transport()};
    const auto found = client.get_function({.function_name = "no-such-bell"});
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().http_status == 404);
    CHECK(found.error().code == "ResourceNotFoundException");
    CHECK(found.error().as<lambda::ResourceNotFoundException>().has_value());
    CHECK_FALSE(found.error().as<lambda::TooManyRequestsException>().has_value());
    CHECK_FALSE(found.error().retryable);
}
