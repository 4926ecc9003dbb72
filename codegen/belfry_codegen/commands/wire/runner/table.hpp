// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/core/result.hpp>
#include <belfry/events/traits.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>

#include <cstddef>
#include <string_view>

/// The interface of the generated part of the program: the service's operations and exceptions, and how to
/// make an object of each shape without knowing its type.
namespace belfry_wire {

/// A structure, and how to make and destroy one.
struct ShapeEntry {
    const belfry::Structure* structure = nullptr;
    void* (*create)() = nullptr;
    void (*destroy)(void* object) = nullptr;
};

struct OperationEntry {
    /// The name that people use, which need not be the one on the wire.
    std::string_view name;
    const belfry::Operation* operation;
    ShapeEntry input;
    ShapeEntry output;
    /// Null where there are no events.
    const belfry::EventStreamTraits* event_stream;
    /// The union of the events that are received; its structure is null where there are none.
    ShapeEntry events;
    /// The output's member that botocore gives them in.
    std::string_view stream;
    /// Reads an output in another way than `operation` does; null for none.
    bool (*read)(const belfry::ClientCore& client, belfry::HttpResponse&& response, void* output,
                 belfry::detail::ResultBase& result) = nullptr;
};

template <class T> struct Table {
    const T* entries;
    std::size_t count;
    [[nodiscard]] const T* begin() const noexcept { return entries; }
    [[nodiscard]] const T* end() const noexcept { return entries + count; }
};

/// The operations, in as many tables as there are source files of them.
[[nodiscard]] Table<Table<OperationEntry>> operation_tables() noexcept;
/// The exceptions that any of the operations may answer with.
[[nodiscard]] Table<ShapeEntry> exception_table() noexcept;
/// The service's `EndpointOptions`; null for most services.
[[nodiscard]] const ShapeEntry* endpoint_options_entry() noexcept;

template <class S> void* create() { return new S; }
template <class S> void destroy(void* object) { delete static_cast<S*>(object); }
template <class S> constexpr ShapeEntry shape_entry() noexcept {
    return {&belfry::structure_of<S>, &create<S>, &destroy<S>};
}

template <class O> constexpr ShapeEntry events_entry() noexcept {
    if constexpr (requires { typename O::OutputEvents; })
        return shape_entry<typename O::OutputEvents>();
    else
        return {};
}

template <class O> constexpr const belfry::EventStreamTraits* event_stream_of() noexcept {
    if constexpr (requires { O::event_stream; })
        return &O::event_stream;
    else
        return nullptr;
}

template <class O>
constexpr OperationEntry operation_entry(std::string_view name, std::string_view stream) noexcept {
    return {name,
            &belfry::operation_of<O>,
            shape_entry<typename O::Input>(),
            shape_entry<typename O::Output>(),
            event_stream_of<O>(),
            events_entry<O>(),
            stream};
}

/// An object of a shape, for as long as this lives.
class Object {
  public:
    explicit Object(const ShapeEntry& shape) : shape_(shape), object_(shape.create()) {}
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    ~Object() { shape_.destroy(object_); }
    [[nodiscard]] void* get() const noexcept { return object_; }
    [[nodiscard]] const belfry::Structure& structure() const noexcept { return *shape_.structure; }

  private:
    const ShapeEntry& shape_;
    void* object_;
};

} // namespace belfry_wire
