// SPDX-License-Identifier: Apache-2.0
// Lists the functions of AWS Lambda with outputs that view the responses: no string is copied, and a page
// takes a few allocations whatever its size. A fake of the service answers, so that the program runs
// anywhere.
//
// Prints:
//   ring: python3.13, 128 MB, BELL=great
//   crack: a runtime that the model does not list: rune1.0
//   2 functions, and the last one is kept: crack
#include <belfry/borrowed.hpp>
#include <belfry/lambda/borrowed/list_functions.hpp>
#include <belfry/lambda/fake.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace lambda = belfry::lambda;

namespace {

void print(const lambda::borrowed::FunctionConfiguration& function) {
    const std::string_view name = function.function_name.value_or("?");
    std::printf("%.*s: ", static_cast<int>(name.size()), name.data());
    if (!function.runtime || !function.runtime->is_known()) {
        const std::string_view runtime = function.runtime ? function.runtime->to_string() : "none";
        std::printf("a runtime that the model does not list: %.*s\n", static_cast<int>(runtime.size()),
                    runtime.data());
        return;
    }
    std::printf("%s, %d MB", std::string(function.runtime->to_string()).c_str(), *function.memory_size);
    if (function.environment)
        for (const auto& [key, value] : function.environment->variables)
            std::printf(", %s=%s", std::string(key).c_str(), std::string(value).c_str());
    std::printf("\n");
}

} // namespace

int main() {
    lambda::Fake fake{{.allow_unsigned = true}};
    fake.on_list_functions(
        [](const lambda::ListFunctionsRequest& input) -> belfry::Result<lambda::ListFunctionsResponse> {
            if (!input.marker)
                return lambda::ListFunctionsResponse{
                    .next_marker = "2",
                    .functions = {lambda::FunctionConfiguration{
                        .function_name = "ring",
                        .runtime = lambda::Runtime::python3_13,
                        .memory_size = 128,
                        .environment = lambda::EnvironmentResponse{.variables = {{"BELL", "great"}}}}}};
            return lambda::ListFunctionsResponse{
                .functions = {lambda::FunctionConfiguration{.function_name = "crack",
                                                            .runtime = lambda::Runtime("rune1.0")}}};
        });
    const lambda::Client client(
        {.region = "eu-central-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, fake);

    std::size_t count = 0;
    lambda::FunctionConfiguration kept;
    belfry::Optional<std::string> marker;
    do {
        const auto page = lambda::borrowed::list_functions(client, {.marker = marker});
        if (!page) {
            std::printf("%s\n", page.error().message.c_str());
            return 1;
        }
        for (const auto& function : page->functions) print(function);
        count += page->functions.size();
        // A value that is used after the page must own its text.
        if (!page->functions.empty()) kept = belfry::borrowed::to_owned(page->functions.back());
        marker = page->next_marker;
    } while (marker);
    std::printf("%zu functions, and the last one is kept: %s\n", count, kept.function_name->c_str());
}
