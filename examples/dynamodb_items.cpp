// SPDX-License-Identifier: Apache-2.0
// Writes an item to a table of Amazon DynamoDB, changes it if it is as expected, and reads the items of a
// partition page by page. A fake of the service answers, so that the program runs anywhere.
//
// Prints:
//   stored: song "Bells", plays 3
//   the condition holds: plays 4
//   the condition failed
//   query: Bells
//   query: Chimes
#include <belfry/dynamodb/errors.hpp>
#include <belfry/dynamodb/fake.hpp>
#include <belfry/dynamodb/get_item.hpp>
#include <belfry/dynamodb/put_item.hpp>
#include <belfry/dynamodb/query.hpp>
#include <belfry/dynamodb/update_item.hpp>

#include <cstdio>
#include <string>

namespace ddb = belfry::dynamodb;

namespace {

using Item = belfry::Map<ddb::AttributeValue>;

/// A text attribute of an item; empty if it is absent or of another type.
std::string text(const Item& item, const char* name) {
    const ddb::AttributeValue* const value = item.find(name);
    return value != nullptr ? value->s.value_or("") : "";
}

/// A number attribute. DynamoDB sends numbers as text, so that no digit is lost.
std::string number(const Item& item, const char* name) {
    const ddb::AttributeValue* const value = item.find(name);
    return value != nullptr ? value->n.value_or("") : "";
}

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

int run(const ddb::Client& client) {
    const auto stored = client.put_item(
        {.table_name = "songs",
         .item = {{"artist", {.s = "Ringers"}}, {"song", {.s = "Bells"}}, {"plays", {.n = "3"}}}});
    if (!stored) return fail(stored.error());

    const Item key = {{"artist", {.s = "Ringers"}}, {"song", {.s = "Bells"}}};
    const auto got = client.get_item({.table_name = "songs", .key = key, .consistent_read = true});
    if (!got) return fail(got.error());
    std::printf("stored: song \"%s\", plays %s\n", text(got->item, "song").c_str(),
                number(got->item, "plays").c_str());

    for (const char* const expected : {"3", "3"}) {
        const auto updated = client.update_item(
            {.table_name = "songs",
             .key = key,
             .return_values = ddb::ReturnValue::UPDATED_NEW,
             .update_expression = "SET plays = plays + :one",
             .condition_expression = "plays = :expected",
             .expression_attribute_values = {{":one", {.n = "1"}}, {":expected", {.n = expected}}}});
        if (updated)
            std::printf("the condition holds: plays %s\n", number(updated->attributes, "plays").c_str());
        else if (updated.error().as<ddb::ConditionalCheckFailedException>())
            std::puts("the condition failed");
        else
            return fail(updated.error());
    }

    for (auto& page :
         client.paginate_query({.table_name = "songs",
                                .limit = 1,
                                .key_condition_expression = "artist = :artist",
                                .expression_attribute_values = {{":artist", {.s = "Ringers"}}}})) {
        if (!page) return fail(page.error());
        for (const Item& item : page->items) std::printf("query: %s\n", text(item, "song").c_str());
    }
    return 0;
}

Item song(const char* name, const char* plays) {
    return {{"artist", {.s = "Ringers"}}, {"song", {.s = name}}, {"plays", {.n = plays}}};
}

} // namespace

int main() {
    ddb::Fake fake{{.allow_unsigned = true}};
    fake.on_put_item([](const ddb::PutItemInput&) { return ddb::PutItemOutput(); });
    fake.on_get_item([](const ddb::GetItemInput&) { return ddb::GetItemOutput{.item = song("Bells", "3")}; });
    ddb::UpdateItemOutput four;
    four.attributes = {{"plays", {.n = "4"}}};
    fake.on_update_item().answer_next(four).fail_next(
        1, belfry::testing::service_error(
               ddb::ConditionalCheckFailedException{.message = "The conditional request failed"}));
    ddb::QueryOutput first;
    first.items = {song("Bells", "4")};
    first.last_evaluated_key = song("Bells", "4");
    ddb::QueryOutput last;
    last.items = {song("Chimes", "1")};
    fake.on_query().answer_next(first).answer_next(last);

    const ddb::Client client(
        {.region = "eu-central-1", .credentials = belfry::Credentials{"AKIDEXAMPLE", "secret"}}, fake);
    return run(client);
}
