// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/s3/create_bucket.hpp>
#include <belfry/s3/delete_bucket.hpp>
#include <belfry/s3/delete_object.hpp>
#include <belfry/s3/list_objects_v2.hpp>

#include "servers/server_test.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace belfry_servers {

namespace s3 = belfry::s3;

/// A client and a bucket for one test, which is emptied and deleted at the end.
class Bucket {
  public:
    explicit Bucket(std::string called, belfry::Transport& transport = belfry_servers::transport())
        : name(std::move(called)), client(belfry_servers::config(), transport) {
        require_value(client.create_bucket({.bucket = name}));
    }
    ~Bucket() {
        for (auto& page : client.paginate_list_objects_v2({.bucket = name}))
            if (page)
                for (const auto& object : page->contents)
                    static_cast<void>(client.delete_object({.bucket = name, .key = object.key.value_or("")}));
        CHECK(client.delete_bucket({.bucket = name}).has_value());
    }
    Bucket(const Bucket&) = delete;
    Bucket& operator=(const Bucket&) = delete;

    std::string name;
    s3::Client client;
};

[[nodiscard]] inline std::string text_of(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>((i * 7 + i / 251) & 0xff);
    return text;
}

} // namespace belfry_servers
