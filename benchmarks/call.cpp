// SPDX-License-Identifier: Apache-2.0
// A whole start_speaker_search_task on a transport that answers at once: from the input struct over
// validation, endpoint rules, JSON and signature to the output struct.
#include "canned_call.hpp"
#include "measure.hpp"

#include <cstdio>

int main(int argument_count, char** arguments) {
    const canned::voice::Client client = canned::client();
    const auto first = canned::call(client);
    if (!first || first->speaker_search_task->speaker_search_task_status->to_string() != "IN_QUEUE") {
        std::printf("the call failed: %s\n", first.error().message.c_str());
        return 1;
    }
    return measure::run(argument_count, arguments, "start_speaker_search_task on a canned transport",
                        {{"belfry", [&] { measure::keep(canned::call(client)); }}},
                        [](const std::vector<measure::Cost>& costs) {
                            return measure::judge_at_most("allocations of a whole call",
                                                          static_cast<double>(costs[0].allocations), 16);
                        });
}
