// SPDX-License-Identifier: Apache-2.0
// Calls a function of AWS Lambda once, waits as long as it may run, and tells an error of the function from
// an error of the service. A fake of the service answers, so that the program runs anywhere.
//
// Prints:
//   the function returned {"rung": 3}
//   the function failed (Unhandled): {"errorMessage": "the bell is broken"}
//   the service refused: ResourceNotFoundException
#include <belfry/lambda/errors.hpp>
#include <belfry/lambda/fake.hpp>
#include <belfry/lambda/invoke.hpp>

#include <chrono>
#include <cstdio>
#include <string>

namespace lambda = belfry::lambda;
using namespace std::chrono_literals;

namespace {

void ring(const lambda::Client& client, const char* function) {
    // A function may run for 15 minutes without a byte on the wire, and a second call would run it twice.
    const auto result =
        client.invoke({.function_name = function, .payload = R"({"times": 3})"},
                      {.timeouts = {.idle = 15min + 10s}, .deadline = 16min, .max_attempts = 1});
    if (!result) {
        std::printf("the service refused: %s\n", result.error().code.c_str());
        return;
    }
    const std::string payload(result->payload ? result->payload->view() : "");
    if (result->function_error)
        std::printf("the function failed (%s): %s\n", result->function_error->c_str(), payload.c_str());
    else
        std::printf("the function returned %s\n", payload.c_str());
}

} // namespace

int main() {
    lambda::Fake fake{{.allow_unsigned = true}};
    fake.on_invoke([](const lambda::InvocationRequest& input) -> belfry::Result<lambda::InvocationResponse> {
        lambda::InvocationResponse output{.status_code = 200};
        if (input.function_name == "ring") {
            output.payload = R"({"rung": 3})";
            return output;
        }
        if (input.function_name == "crack") {
            output.function_error = "Unhandled";
            output.payload = R"({"errorMessage": "the bell is broken"})";
            return output;
        }
        return belfry::testing::service_error(
            lambda::ResourceNotFoundException{.message = "Function not found"});
    });

    const lambda::Client client(
        {.region = "eu-central-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, fake);
    for (const char* const function : {"ring", "crack", "none"}) ring(client, function);
}
