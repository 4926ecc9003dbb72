// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/describe.hpp>
#include <belfry/schema/union.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// An invented service whose shapes have every kind of member, written as the generator writes them.
namespace everything {

class Colour : public ::belfry::OpenEnum<Colour> {
  public:
    enum Value : std::uint32_t { Unknown_, Red, DarkBlue };

    Colour() = default;
    constexpr Colour(Value value) noexcept : OpenEnum(static_cast<std::uint32_t>(value)) {} // NOLINT
    explicit Colour(std::string_view wire) { assign(wire, enum_values()); }
    constexpr operator Value() const noexcept { return static_cast<Value>(number()); } // NOLINT

    [[nodiscard]] static constexpr const ::belfry::EnumValues& enum_values() noexcept;
};
inline constexpr std::uint32_t colour_starts[] = {0, 3, 12};
inline constexpr ::belfry::EnumValues colour_enum_values{
    .text = "REDdark-blue", .starts = colour_starts, .count = 2};
constexpr const ::belfry::EnumValues& Colour::enum_values() noexcept { return colour_enum_values; }

/// Fewer than five members, so without a table of keys.
struct Point {
    std::optional<std::int32_t> x{};
    std::optional<std::int32_t> y{};
    friend bool operator==(const Point&, const Point&) = default;
};
template <std::same_as<Point> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<2>{.name = "Point",
                                    .members = {
                                        {"x", ::belfry::type_of<decltype(S::x)>, offsetof(S, x)},
                                        {"y", ::belfry::type_of<decltype(S::y)>, offsetof(S, y)},
                                    }};
}

struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};
template <std::same_as<Nothing> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<0>{.name = "Nothing"};
}

class Value;
using ValueBase = ::belfry::Union<Value, std::string, std::int64_t, Point, ::belfry::List<Value>,
                                  ::belfry::Map<Value>, Colour, ::belfry::Box<Value>, bool>;
class Value : public ValueBase {
    friend ValueBase;

  public:
    template <std::size_t Number, class T> [[nodiscard]] static Value from(T value) {
        Value made;
        made.storage_.emplace<Number>(std::move(value));
        return made;
    }
    template <std::size_t Number> [[nodiscard]] const auto* as() const noexcept {
        return storage_.get_if<Number>();
    }
    friend bool operator==(const Value& a, const Value& b) { return a.storage_ == b.storage_; }
};
template <std::same_as<Value> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<8>{.name = "Value",
                                    .members = {
                                        {"text", ::belfry::type_of<std::string>, 0},
                                        {"number", ::belfry::type_of<std::int64_t>, 0},
                                        {"point", ::belfry::type_of<Point>, 0},
                                        {"list", ::belfry::type_of<::belfry::List<S>>, 0},
                                        {"map", ::belfry::type_of<::belfry::Map<S>>, 0},
                                        {"colour", ::belfry::type_of<Colour>, 0},
                                        {"nested", ::belfry::type_of<::belfry::Box<S>>, 0},
                                        {"flag", ::belfry::type_of<bool>, 0},
                                    }};
}

struct Everything {
    std::optional<bool> flag{};
    std::optional<std::int8_t> tiny{};
    std::optional<std::int16_t> small{};
    std::optional<std::int32_t> medium{};
    std::optional<std::int64_t> large{};
    std::optional<float> single{};
    std::optional<double> number{};
    std::optional<std::string> text{};
    std::optional<Colour> colour{};
    std::optional<::belfry::Timestamp> moment{};
    std::optional<::belfry::Timestamp> date_time{};
    std::optional<::belfry::Timestamp> http_date{};
    std::optional<::belfry::Blob> bytes{};
    std::optional<::belfry::Document> document{};
    std::optional<Point> point{};
    std::optional<Nothing> nothing{};
    std::optional<Value> value{};
    ::belfry::Box<Everything> self{};
    ::belfry::List<std::string> texts{};
    ::belfry::List<bool> flags{};
    ::belfry::List<Colour> colours{};
    ::belfry::List<Point> points{};
    ::belfry::List<::belfry::Timestamp> date_times{};
    ::belfry::List<::belfry::Document> documents{};
    ::belfry::List<::belfry::List<std::int32_t>> grid{};
    ::belfry::List<Everything> children{};
    ::belfry::List<std::optional<std::string>> sparse_texts{};
    ::belfry::List<std::optional<Point>> sparse_points{};
    ::belfry::List<std::optional<::belfry::List<std::int32_t>>> sparse_grid{};
    ::belfry::Map<std::string> names{};
    ::belfry::Map<double> weights{};
    ::belfry::Map<Everything> relatives{};
    ::belfry::Map<Value> values{};
    ::belfry::Map<::belfry::Map<::belfry::List<bool>>> deep{};
    ::belfry::Map<std::optional<std::int32_t>> sparse_numbers{};
    ::belfry::Map<std::optional<Colour>> sparse_colours{};
    friend bool operator==(const Everything&, const Everything&) = default;
};
/// The wire name of one member differs from its name in the model.
inline constexpr std::string_view everything_names[] = {
    "Flag",         "Tiny",      "Small",       "Medium",       "Large",         "Single",
    "Number",       "Text",      "Colour",      "Moment",       "DateTime",      "HttpDate",
    "Bytes",        "Document",  "Point",       "Nothing",      "Value",         "Self",
    "Texts",        "Flags",     "Colours",     "Points",       "DateTimes",     "Documents",
    "Grid",         "Children",  "SparseTexts", "SparsePoints", "SparseGrid",    "Names",
    "WeightsOfAll", "Relatives", "Values",      "Deep",         "SparseNumbers", "SparseColours"};
inline constexpr belfry::ShapeExtras everything_extras{.member_names = everything_names};
template <std::same_as<Everything> S> constexpr auto belfry_describe(const S*) {
    using ::belfry::type_of;
    using DateTime = ::belfry::TimestampTraits<::belfry::TimestampFormat::date_time>;
    using HttpDate = ::belfry::TimestampTraits<::belfry::TimestampFormat::http_date>;
    return ::belfry::Description<36>{
        .name = "Everything",
        .members =
            {
                {"Flag", type_of<decltype(S::flag)>, offsetof(S, flag)},
                {"Tiny", type_of<decltype(S::tiny)>, offsetof(S, tiny)},
                {"Small", type_of<decltype(S::small)>, offsetof(S, small)},
                {"Medium", type_of<decltype(S::medium)>, offsetof(S, medium)},
                {"Large", type_of<decltype(S::large)>, offsetof(S, large)},
                {"Single", type_of<decltype(S::single)>, offsetof(S, single)},
                {"Number", type_of<decltype(S::number)>, offsetof(S, number)},
                {"Text", type_of<decltype(S::text)>, offsetof(S, text)},
                {"Colour", type_of<decltype(S::colour)>, offsetof(S, colour)},
                {"Moment", type_of<decltype(S::moment)>, offsetof(S, moment)},
                {"DateTime", type_of<decltype(S::date_time), DateTime>, offsetof(S, date_time)},
                {"HttpDate", type_of<decltype(S::http_date), HttpDate>, offsetof(S, http_date)},
                {"Bytes", type_of<decltype(S::bytes)>, offsetof(S, bytes)},
                {"Document", type_of<decltype(S::document)>, offsetof(S, document)},
                {"Point", type_of<decltype(S::point)>, offsetof(S, point)},
                {"Nothing", type_of<decltype(S::nothing)>, offsetof(S, nothing)},
                {"Value", type_of<decltype(S::value)>, offsetof(S, value)},
                {"Self", type_of<decltype(S::self)>, offsetof(S, self)},
                {"Texts", type_of<decltype(S::texts)>, offsetof(S, texts)},
                {"Flags", type_of<decltype(S::flags)>, offsetof(S, flags)},
                {"Colours", type_of<decltype(S::colours)>, offsetof(S, colours)},
                {"Points", type_of<decltype(S::points)>, offsetof(S, points)},
                {"DateTimes", type_of<decltype(S::date_times), DateTime>, offsetof(S, date_times)},
                {"Documents", type_of<decltype(S::documents)>, offsetof(S, documents)},
                {"Grid", type_of<decltype(S::grid)>, offsetof(S, grid)},
                {"Children", type_of<decltype(S::children)>, offsetof(S, children)},
                {"SparseTexts", type_of<decltype(S::sparse_texts)>, offsetof(S, sparse_texts)},
                {"SparsePoints", type_of<decltype(S::sparse_points)>, offsetof(S, sparse_points)},
                {"SparseGrid", type_of<decltype(S::sparse_grid)>, offsetof(S, sparse_grid)},
                {"Names", type_of<decltype(S::names)>, offsetof(S, names)},
                {"Weights", type_of<decltype(S::weights)>, offsetof(S, weights)},
                {"Relatives", type_of<decltype(S::relatives)>, offsetof(S, relatives)},
                {"Values", type_of<decltype(S::values)>, offsetof(S, values)},
                {"Deep", type_of<decltype(S::deep)>, offsetof(S, deep)},
                {"SparseNumbers", type_of<decltype(S::sparse_numbers)>, offsetof(S, sparse_numbers)},
                {"SparseColours", type_of<decltype(S::sparse_colours)>, offsetof(S, sparse_colours)},
            },
        .extras = &everything_extras};
}

/// An operation's input, some of whose members are not sent in the body.
struct Request {
    std::optional<std::string> id{};
    std::optional<std::string> token{};
    std::optional<std::string> trace{};
    std::optional<Point> point{};
    friend bool operator==(const Request&, const Request&) = default;
};
template <std::same_as<Request> S> constexpr auto belfry_describe(const S*) {
    using ::belfry::type_of;
    return ::belfry::Description<4>{
        .name = "Request",
        .members = {
            {"Id", type_of<decltype(S::id)>, offsetof(S, id), ::belfry::Location::label},
            {"Token", type_of<decltype(S::token)>, offsetof(S, token), ::belfry::Location::body,
             ::belfry::MemberFlags::idempotency_token},
            {"Trace", type_of<decltype(S::trace)>, offsetof(S, trace), ::belfry::Location::header},
            {"Point", type_of<decltype(S::point)>, offsetof(S, point)},
        }};
}

} // namespace everything
