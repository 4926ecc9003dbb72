// SPDX-License-Identifier: Apache-2.0
// What an operation that found no memory leaves behind: the container as it was.
#include <belfry/core/list.hpp>
#include <belfry/core/map.hpp>
#include <belfry/http/headers.hpp>

#include "support/catch.hpp"
#include "support/failing_allocations.hpp"
#include "unit/call/thing.hpp"

#include <new>
#include <string>

using namespace belfry; // NOLINT

namespace {

/// Lets each allocation of `change` fail in turn. After a failure the object equals `before`, and the change
/// then works and gives `after`.
template <class T, class Change>
void keeps_what_it_had(const T& before, const T& after, const Change& change) {
    for (long n = 1;; ++n) {
        INFO("allocation " << n);
        T object = before;
        bool threw = false;
        bool failed = false;
        {
            const test::FailingAllocations failing(n, test::FailedAllocations::one);
            try {
                change(object);
            } catch (const std::bad_alloc&) {
                threw = true;
            }
            failed = failing.any();
        }
        CHECK(threw == failed);
        if (!failed) {
            CHECK(n > 1);
            CHECK(object == after);
            return;
        }
        CHECK(object == before);
        change(object);
        CHECK(object == after);
    }
}

const std::string long_text = "a text that is too long for a string's own buffer";
const std::string other_text = "another text that is too long for a string's own buffer";

} // namespace

TEST_CASE("a map without memory for an entry has the entries that it had") {
    // Below and above the number of entries from which on it keeps an index.
    for (const int count : {0, 1, 15, 16, 17, 40}) {
        INFO(count << " entries");
        Map<std::string> before;
        before.emplace();
        for (int i = 0; i < count; ++i) before["key " + std::to_string(i)] = long_text;
        Map<std::string> added = before;
        added[long_text];
        keeps_what_it_had(before, added, [](Map<std::string>& map) { map[long_text]; });
        keeps_what_it_had(before, added, [](Map<std::string>& map) { map.emplace(long_text); });
        if (count < 2) continue;
        Map<std::string> erased = before;
        erased.erase("key 1");
        keeps_what_it_had(before, erased, [](Map<std::string>& map) { map.erase("key 1"); });
        keeps_what_it_had(before, added, [&](Map<std::string>& map) { map = added; });
    }
}

TEST_CASE("headers without memory for a field have the fields that they had") {
    for (const int count : {0, 1, 3, 4}) {
        INFO(count << " fields");
        Headers before;
        for (int i = 0; i < count; ++i) before.append("name-" + std::to_string(i), "v");
        Headers added = before;
        added.append(long_text, other_text);
        keeps_what_it_had(before, added, [](Headers& headers) { headers.append(long_text, other_text); });
        keeps_what_it_had(before, added, [](Headers& headers) { headers.set(long_text, other_text); });
        if (count == 0) continue;
        Headers changed = before;
        changed.set("NAME-0", long_text);
        keeps_what_it_had(before, changed, [](Headers& headers) { headers.set("NAME-0", long_text); });
    }
}

TEST_CASE("an enumeration, a list and a box without memory have the value that they had") {
    const test::Color red = test::Color::Red;
    const test::Color unknown(long_text);
    const test::Color other(other_text);
    const auto set = [](const std::string& text) {
        return [&text](test::Color& color) { color = test::Color(text); };
    };
    keeps_what_it_had(red, unknown, set(long_text));
    keeps_what_it_had(unknown, other, set(other_text));
    keeps_what_it_had(unknown, other,
                      [](test::Color& color) { color.assign(other_text, test::Color::enum_values()); });
    keeps_what_it_had(red, other,
                      [](test::Color& color) { color.assign(other_text, test::Color::enum_values()); });

    const List<std::string> one{long_text};
    const List<std::string> two{long_text, other_text};
    keeps_what_it_had(one, two, [](List<std::string>& list) { list.push_back(other_text); });
    keeps_what_it_had(one, two, [&](List<std::string>& list) { list = two; });

    test::Thing inner;
    inner.name = long_text;
    Box<test::Thing> full(inner);
    inner.name = other_text;
    const Box<test::Thing> changed(inner);
    keeps_what_it_had(full, changed, [&](Box<test::Thing>& box) { box = changed; });
    keeps_what_it_had(Box<test::Thing>(), changed, [&](Box<test::Thing>& box) { box = changed; });
}
