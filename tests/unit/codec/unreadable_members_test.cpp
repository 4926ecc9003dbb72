// SPDX-License-Identifier: Apache-2.0
#include <belfry/codec/cbor_decoder.hpp>
#include <belfry/codec/json_decoder.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/codec/xml_decoder.hpp>
#endif
#include <belfry/schema/describe.hpp>
#include <belfry/schema/union.hpp>
#include <belfry/unreadable_members.hpp>

#include "support/catch.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace belfry;

class Choice : public Union<Choice, std::string, Timestamp> {
    friend Union<Choice, std::string, Timestamp>;

  public:
    [[nodiscard]] const std::string* text() const { return storage_.get_if<0>(); }
};
template <std::same_as<Choice> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "Choice",
                          .members = {{"text", type_of<typename S::template Slot<0>>, 0},
                                      {"time", type_of<typename S::template Slot<1>>, 0}}};
}
struct Task {
    std::optional<std::string> id{};
    std::optional<Timestamp> created{};
    std::optional<std::int8_t> count{};
    std::optional<bool> done{};
    std::optional<double> ratio{};
    std::optional<Blob> bytes{};
    List<Timestamp> dates{};
    Map<std::int32_t> sizes{};
    Box<Task> next{};
    std::optional<Timestamp> secret{};
    std::optional<Timestamp> due{};
    std::optional<Choice> choice{};
};
template <std::same_as<Task> S> constexpr auto belfry_describe(const S*) {
    return Description<12>{
        .name = "Task",
        .members = {{"Id", type_of<decltype(S::id)>, offsetof(S, id)},
                    {"Created", type_of<decltype(S::created)>, offsetof(S, created)},
                    {"Count", type_of<decltype(S::count)>, offsetof(S, count)},
                    {"Done", type_of<decltype(S::done)>, offsetof(S, done)},
                    {"Ratio", type_of<decltype(S::ratio)>, offsetof(S, ratio)},
                    {"Bytes", type_of<decltype(S::bytes)>, offsetof(S, bytes)},
                    {"Dates", type_of<decltype(S::dates)>, offsetof(S, dates)},
                    {"Sizes", type_of<decltype(S::sizes)>, offsetof(S, sizes)},
                    {"Next", type_of<decltype(S::next)>, offsetof(S, next)},
                    {"Secret", type_of<decltype(S::secret)>, offsetof(S, secret), MemberFlags::sensitive},
                    {"Due", type_of<decltype(S::due)>, offsetof(S, due), MemberFlags::required},
                    {"Choice", type_of<decltype(S::choice)>, offsetof(S, choice)}}};
}
struct Page {
    List<Task> tasks{};
    Map<Task> named{};
    std::optional<std::string> token{};
};
template <std::same_as<Page> S> constexpr auto belfry_describe(const S*) {
    return Description<3>{.name = "Page",
                          .members = {{"Tasks", type_of<decltype(S::tasks)>, offsetof(S, tasks)},
                                      {"Named", type_of<decltype(S::named)>, offsetof(S, named)},
                                      {"Token", type_of<decltype(S::token)>, offsetof(S, token)}}};
}

enum class Format { json, cbor };
constexpr Format formats[] = {Format::json, Format::cbor};

struct Reading {
    Page page{};
    std::string fault{};
    UnreadableMembers unreadable{};
};
/// Reads a JSON text, as it is or as CBOR.
Reading read(std::string_view json, Format format = Format::json, bool skip = true) {
    Reading reading;
    const DecodeOptions options{.unreadable_members = skip ? &reading.unreadable : nullptr};
    if (format == Format::json) {
        static_cast<void>(
            decode_json(json, structure_of<Page>, &reading.page, {.reading = options}, reading.fault));
    } else {
        const std::vector<std::uint8_t> bytes =
            nlohmann::ordered_json::to_cbor(nlohmann::ordered_json::parse(json));
        const std::string text(bytes.begin(), bytes.end());
        static_cast<void>(
            decode_cbor(text, structure_of<Page>, &reading.page, {.reading = options}, reading.fault));
    }
    return reading;
}
std::string page_with(std::string_view member) {
    return R"({"Tasks":[{"Id":"a"},{"Id":"b",)" + std::string(member) +
           R"(,"Count":7},{"Id":"c"}],"Token":"t"})";
}

} // namespace

TEST_CASE("a member that cannot be read costs only itself where that is asked for") {
    const struct {
        const char* member;
        const char* name;
        bool json_only = false;
    } cases[] = {
        {R"("Created":{"a":[1,"}"]})", "Created"},
        {R"("Created":"yesterday")", "Created", true},
        {R"("Created":[])", "Created"},
        {R"("Done":"yes")", "Done"},
        {R"("Ratio":"much")", "Ratio"},
        {R"("Ratio":[1])", "Ratio"},
        {R"("Bytes":"&&&")", "Bytes", true},
        {R"("Bytes":1)", "Bytes"},
        {R"("Dates":[1,2,"x"])", "Dates"},
        {R"("Dates":7)", "Dates"},
        {R"("Dates":[1,[[]]])", "Dates"},
        {R"("Sizes":{"k":99999999999})", "Sizes"},
        {R"("Sizes":{"a":1,"b":{}})", "Sizes"},
        {R"("Next":"none")", "Next"},
        {R"("Secret":"hush")", "Secret"},
        {R"("Choice":{"text":"a","time":1})", "Choice"},
        {R"("Choice":{"text":1})", "Choice"},
        {R"("Choice":[])", "Choice"},
        {R"("Id":5)", "Id"},
    };
    for (const Format format : formats)
        for (const auto& each : cases) {
            if (each.json_only && format == Format::cbor) continue;
            CAPTURE(each.member);
            const Reading reading = read(page_with(each.member), format);
            REQUIRE(reading.fault.empty());
            REQUIRE(reading.unreadable.members().size() == 1);
            const UnreadableMember& lost = reading.unreadable.members()[0];
            CHECK(lost.path == std::string("Tasks[1].") + each.name);
            CHECK(lost.reason.find(" at byte ") != std::string::npos);
            CHECK(lost.reason.find("hush") == std::string::npos);
            REQUIRE(reading.page.tasks.size() == 3);
            const Task& task = reading.page.tasks[1];
            CHECK(task.count == 7);
            CHECK_FALSE(task.created);
            CHECK_FALSE(task.done);
            CHECK_FALSE(task.ratio);
            CHECK_FALSE(task.bytes);
            CHECK_FALSE(task.dates.has_value());
            CHECK_FALSE(task.sizes.has_value());
            CHECK_FALSE(task.secret);
            if (std::string_view(each.name) != "Choice" && format == Format::json) CHECK_FALSE(task.next);
            CHECK_FALSE((task.choice && task.choice->has_value()));
            CHECK(reading.page.tasks[2].id == "c");
            CHECK(reading.page.token == "t");
            // By default it is an error that names the member.
            const Reading refused = read(page_with(each.member), format, false);
            CHECK(refused.fault.starts_with(std::string("Page.Tasks[1].") + each.name));
            CHECK(refused.fault.find("hush") == std::string::npos);
        }
}

TEST_CASE("each member that cannot be read is reported with its path") {
    const std::string json = R"({"Named":{"k e":{"Next":{"Next":{"Created":"x","Ratio":"y"},"Count":1000}}},)"
                             R"("Tasks":[{},{"Done":0},{"Next":{"Id":[]}}],"Token":9})";
    for (const Format format : formats) {
        const Reading reading = read(json, format);
        CHECK(reading.fault.empty());
        std::vector<std::string> paths;
        for (const UnreadableMember& member : reading.unreadable.members()) paths.push_back(member.path);
        CHECK(paths == std::vector<std::string>{"Named.k e.Next.Next.Created", "Named.k e.Next.Next.Ratio",
                                                "Named.k e.Next.Count", "Tasks[1].Done", "Tasks[2].Next.Id",
                                                "Token"});
    }
    CHECK(read(page_with(R"("Created":"x")")).unreadable.members()[0].reason ==
          "expected a timestamp at byte 41");
}

TEST_CASE("a required member, a broken document and a limit stay errors") {
    for (const Format format : formats) {
        const Reading required = read(page_with(R"("Next":{"Due":"x"})"), format);
        CHECK(required.fault.starts_with("Page.Tasks[1].Next.Due: expected a timestamp"));
        CHECK(required.unreadable.members().empty());
    }
    CHECK(read(page_with(R"("Created":{"a":01})")).fault.find("begin with a zero") != std::string::npos);
    CHECK(read(page_with(R"("Created":"x)")).fault.starts_with("Page"));
    std::string deep = R"("Next":{)";
    for (int i = 0; i < 200; ++i) deep += R"("Next":{)";
    deep += "\"Count\":1";
    for (int i = 0; i < 200; ++i) deep += "}";
    const Reading too_deep = read(page_with(deep + "}"));
    CHECK(too_deep.fault.find("nested too deeply") != std::string::npos);
    CHECK(too_deep.unreadable.members().empty());
    Reading limited;
    CHECK_FALSE(decode_json(
        R"({"Tasks":[{},{},{}]})", structure_of<Page>, &limited.page,
        {.reading = {.max_memory = sizeof(Task), .unreadable_members = &limited.unreadable}}, limited.fault));
    CHECK(limited.unreadable.members().empty());
}

TEST_CASE("an error names the member's text unless the model marks it as sensitive") {
    CHECK(read(page_with(R"("Created":"yesterday")"), Format::json, false).fault ==
          "Page.Tasks[1].Created: expected a timestamp at byte 41: \"yesterday\"");
    CHECK(read(page_with(R"("Count":300)"), Format::json, false).fault.ends_with(": 300"));
    CHECK(
        read(page_with(R"("Created":"yesterday")"), Format::cbor, false).fault.ends_with(": \"yesterday\""));
    CHECK(read(R"({"Tasks":[{"Count":-300}]})", Format::cbor, false).fault.ends_with(": -300"));
    for (const Format format : formats)
        CHECK(read(page_with(R"("Secret":"hush")"), format, false).fault.find("hush") == std::string::npos);
    const std::string long_text(100, 'x');
    CHECK(read(page_with("\"Created\":\"" + long_text + "\""), Format::json, false).fault.find("xxx") ==
          std::string::npos);
}

#if BELFRY_TEST_HAS_XML
TEST_CASE("a member of XML that cannot be read costs only itself where that is asked for") {
    const std::string xml =
        "<Page><Tasks><member><Id>a</Id></member><member><Id>b</Id><Created>yesterday</Created><Count>300</"
        "Count>"
        "<Done>2</Done><Dates><member>2020-01-01</member><member>x</member></Dates><Secret>hush</Secret>"
        "<Next><Ratio>y</Ratio><Bytes>&amp;</Bytes></Next></member></Tasks><Token>t</Token></Page>";
    Page page;
    std::string fault;
    UnreadableMembers unreadable;
    REQUIRE(
        decode_xml(xml, structure_of<Page>, &page, {.reading = {.unreadable_members = &unreadable}}, fault));
    REQUIRE(page.tasks.size() == 2);
    const Task& task = page.tasks[1];
    CHECK(task.id == "b");
    CHECK_FALSE((task.created || task.count || task.done || task.secret || task.dates.has_value()));
    REQUIRE(task.next);
    CHECK_FALSE((task.next->ratio || task.next->bytes));
    CHECK(page.token == "t");
    std::vector<std::string> paths;
    for (const UnreadableMember& member : unreadable.members()) {
        paths.push_back(member.path);
        CHECK(member.reason.find("hush") == std::string::npos);
    }
    CHECK(paths == std::vector<std::string>{"Tasks.member[1].Created", "Tasks.member[1].Count",
                                            "Tasks.member[1].Done", "Tasks.member[1].Dates",
                                            "Tasks.member[1].Secret", "Tasks.member[1].Next.Ratio",
                                            "Tasks.member[1].Next.Bytes"});
    Page strict;
    CHECK_FALSE(decode_xml(xml, structure_of<Page>, &strict, XmlOptions{}, fault));
    CHECK(fault.starts_with("Page.Tasks[1].Created: expected a timestamp at byte "));
    CHECK(fault.ends_with(": yesterday"));
    CHECK_FALSE(decode_xml("<Page><Tasks><m><Secret>hush</Secret></m></Tasks></Page>", structure_of<Page>,
                           &strict, XmlOptions{}, fault));
    CHECK(fault.find("hush") == std::string::npos);
    UnreadableMembers none;
    CHECK_FALSE(decode_xml("<Page><Tasks><m><Due>x</Due></m></Tasks></Page>", structure_of<Page>, &strict,
                           {.reading = {.unreadable_members = &none}}, fault));
    CHECK(none.members().empty());
}
#endif

TEST_CASE("bytes behind a member that cannot be read may nest without end") {
    // Finding the path of the first member must not go down there.
    std::string bytes = "\xa1\x65Tasks\x81\xa2\x67"
                        "Created\x61x\x65"
                        "Other";
    bytes.append(1'000'000, '\x81');
    Page page;
    UnreadableMembers unreadable;
    std::string fault;
    CHECK_FALSE(decode_cbor(bytes, structure_of<Page>, &page,
                            {.reading = {.unreadable_members = &unreadable}}, fault));
    CHECK_FALSE(fault.empty());
}

TEST_CASE("a member that is repeated without end does not fill the memory") {
    std::string members = R"("Dates":7)";
    for (int i = 1; i < 5'000; ++i) members += R"(,"Dates":7)";
    const Reading reading = read(page_with(members));
    CHECK(reading.fault.empty());
    CHECK(reading.unreadable.members().size() == UnreadableMembers::max_members);
    CHECK(reading.page.tasks.size() == 3);
    CHECK(reading.unreadable.members()[99].path == "Tasks[1].Dates");
    CHECK(reading.unreadable.members()[100].path.empty());
}

#if BELFRY_TEST_HAS_XML
TEST_CASE("only the first hundred members of an XML document have their path") {
    // Finding each of 200,000 paths among its siblings would take hours.
    std::string text = "<Page><Tasks>";
    for (int i = 0; i < 200'000; ++i) text += "<member><Created>x</Created></member>";
    text += "</Tasks></Page>";
    Page page;
    UnreadableMembers unreadable;
    std::string fault;
    CHECK(decode_xml(text, structure_of<Page>, &page,
                     {.reading = {.max_memory = 1'000'000'000, .unreadable_members = &unreadable}}, fault));
    INFO(fault);
    REQUIRE(unreadable.members().size() == UnreadableMembers::max_members);
    CHECK(unreadable.members()[99].path == "Tasks.member[99].Created");
    CHECK(unreadable.members()[100].path.empty());
}
#endif
