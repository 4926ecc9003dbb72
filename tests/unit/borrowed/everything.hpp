// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed.hpp>

#include "unit/codec/everything.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// The shapes of `unit/codec/everything.hpp` as views of a response, written as the generator writes them.
namespace everything::borrowed {

/// Fewer than five members, so without a table of keys.
struct Point {
    std::optional<std::int32_t> x{};
    std::optional<std::int32_t> y{};
    friend bool operator==(const Point&, const Point&) = default;
};
template <std::same_as<Point> S> constexpr auto belfry_describe_borrowed(const S*) {
    return ::belfry::Description<2>{.name = "Point",
                                    .members = {
                                        {"x", ::belfry::borrowed::type_of<decltype(S::x)>, offsetof(S, x)},
                                        {"y", ::belfry::borrowed::type_of<decltype(S::y)>, offsetof(S, y)},
                                    }};
}

struct Nothing {
    friend bool operator==(const Nothing&, const Nothing&) = default;
};
template <std::same_as<Nothing> S> constexpr auto belfry_describe_borrowed(const S*) {
    return ::belfry::Description<0>{.name = "Nothing"};
}

class Value;
using ValueBase =
    ::belfry::borrowed::Union<Value, std::string_view, std::int64_t, Point, ::belfry::borrowed::List<Value>,
                              ::belfry::borrowed::Map<Value>, ::belfry::borrowed::Enum<Colour>,
                              ::belfry::borrowed::Box<Value>, bool>;
class Value : public ValueBase {
    friend ValueBase;

  public:
    template <std::size_t Number> [[nodiscard]] const auto* as() const noexcept {
        return storage_.get_if<Number>();
    }
    friend bool operator==(const Value& a, const Value& b) { return a.storage_ == b.storage_; }
};
template <std::same_as<Value> S> constexpr auto belfry_describe_borrowed(const S*) {
    return ::belfry::Description<8>{
        .name = "Value",
        .members = {
            {"text", ::belfry::borrowed::type_of<std::string_view>, 0},
            {"number", ::belfry::borrowed::type_of<std::int64_t>, 0},
            {"point", ::belfry::borrowed::type_of<Point>, 0},
            {"list", ::belfry::borrowed::type_of<::belfry::borrowed::List<S>>, 0},
            {"map", ::belfry::borrowed::type_of<::belfry::borrowed::Map<S>>, 0},
            {"colour", ::belfry::borrowed::type_of<::belfry::borrowed::Enum<Colour>>, 0},
            {"nested", ::belfry::borrowed::type_of<::belfry::borrowed::Box<S>>, 0},
            {"flag", ::belfry::borrowed::type_of<bool>, 0},
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
    std::optional<std::string_view> text{};
    std::optional<::belfry::borrowed::Enum<Colour>> colour{};
    std::optional<::belfry::Timestamp> moment{};
    std::optional<::belfry::Timestamp> date_time{};
    std::optional<::belfry::Timestamp> http_date{};
    std::optional<::belfry::borrowed::Blob> bytes{};
    std::optional<::belfry::borrowed::Document> document{};
    std::optional<Point> point{};
    std::optional<Nothing> nothing{};
    std::optional<Value> value{};
    ::belfry::borrowed::Box<Everything> self{};
    ::belfry::borrowed::List<std::string_view> texts{};
    ::belfry::borrowed::List<bool> flags{};
    ::belfry::borrowed::List<::belfry::borrowed::Enum<Colour>> colours{};
    ::belfry::borrowed::List<Point> points{};
    ::belfry::borrowed::List<::belfry::Timestamp> date_times{};
    ::belfry::borrowed::List<::belfry::borrowed::Document> documents{};
    ::belfry::borrowed::List<::belfry::borrowed::List<std::int32_t>> grid{};
    ::belfry::borrowed::List<Everything> children{};
    ::belfry::borrowed::List<std::optional<std::string_view>> sparse_texts{};
    ::belfry::borrowed::List<std::optional<Point>> sparse_points{};
    ::belfry::borrowed::List<std::optional<::belfry::borrowed::List<std::int32_t>>> sparse_grid{};
    ::belfry::borrowed::Map<std::string_view> names{};
    ::belfry::borrowed::Map<double> weights{};
    ::belfry::borrowed::Map<Everything> relatives{};
    ::belfry::borrowed::Map<Value> values{};
    ::belfry::borrowed::Map<::belfry::borrowed::Map<::belfry::borrowed::List<bool>>> deep{};
    ::belfry::borrowed::Map<std::optional<std::int32_t>> sparse_numbers{};
    ::belfry::borrowed::Map<std::optional<::belfry::borrowed::Enum<Colour>>> sparse_colours{};
    friend bool operator==(const Everything&, const Everything&) = default;
};
template <std::same_as<Everything> S> constexpr auto belfry_describe_borrowed(const S*) {
    using ::belfry::borrowed::type_of;
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
        .extras = &everything::everything_extras};
}

::everything::Point belfry_owning_type(const Point*);
::everything::Nothing belfry_owning_type(const Nothing*);
::everything::Value belfry_owning_type(const Value*);
::everything::Everything belfry_owning_type(const Everything*);

} // namespace everything::borrowed
