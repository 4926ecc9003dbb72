// SPDX-License-Identifier: Apache-2.0
// Documents of a fake that need more than the codec's: an output that is its one member.
#if defined(BELFRY_TEST_HAS_XML)
#include <belfry/protocol/rest_xml.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/testing/rest_xml.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <pugixml.hpp>
#include <string>

namespace testing = belfry::testing;

namespace {

struct Nothing {};
template <std::same_as<Nothing> S> constexpr belfry::Description<0> belfry_describe(const S*) {
    return {.name = "Nothing"};
}
struct LocationOutput {
    std::optional<std::string> place{};
};
template <std::same_as<LocationOutput> S> constexpr belfry::Description<1> belfry_describe(const S*) {
    return {.name = "LocationOutput",
            .members = {{"Place", belfry::type_of<decltype(S::place)>, offsetof(S, place)}}};
}
inline constexpr belfry::XmlNamespace name_space{"http://example.com/doc/", {}};
inline constexpr belfry::Service places{.id = "Places",
                                        .name = "places",
                                        .api_version = "2006-03-01",
                                        .signing_name = "places",
                                        .protocol = &belfry::rest_xml,
                                        .endpoint_rules = nullptr,
                                        .xml_namespace = &name_space,
                                        .no_error_wrapping = true};
struct GetLocation {
    using Input = Nothing;
    using Output = LocationOutput;
    friend constexpr belfry::Operation belfry_describe_operation(const GetLocation*) {
        return {.service = &places,
                .name = "GetLocation",
                .method = "GET",
                .uri = "/location",
                .success_status = 200,
                .input = &belfry::structure_of<Input>,
                .output = &belfry::structure_of<Output>,
                .unwrapped_output = true};
    }
};

} // namespace

TEST_CASE("an output that is its one member is that element, also without a text and without the member") {
    const struct {
        std::optional<std::string> place;
        std::string text;
    } cases[] = {{"north/<east>", "north/<east>"}, {"", ""}, {std::nullopt, ""}};
    for (const auto& one : cases) {
        testing::Fake fake(places, testing::rest_xml, {.allow_unsigned = true});
        fake.on<GetLocation>([&](const Nothing&) { return LocationOutput{one.place}; });
        auto reply = fake.answer({.method = "GET", .path = "/location"});
        REQUIRE(reply.status == belfry::TransportStatus::ok);
        INFO(reply.response.body);
        pugi::xml_document document;
        REQUIRE(document.load_string(reply.response.body.c_str()));
        const pugi::xml_node root = document.document_element();
        CHECK(root.name() == std::string("Place"));
        CHECK(root.attribute("xmlns").value() == std::string("http://example.com/doc/"));
        CHECK(root.text().get() == one.text);
        CHECK_FALSE(root.first_element_by_path("*"));
        // The client reads an empty element as an absent member.
        LocationOutput output;
        belfry::Error error;
        CHECK(places.protocol->decode(belfry::operation_of<GetLocation>, reply.response, {}, &output, error));
        CHECK(output.place.value_or("") == one.text);
    }
    for (const char* const root : {"<Output/>", "<Output></Output>"}) {
        std::string document = std::string(testing::detail::xml_declaration) + root;
        testing::detail::rest_xml::unwrap(document, "Place");
        CHECK(document == std::string(testing::detail::xml_declaration) + "<Place/>");
    }
}
#endif
