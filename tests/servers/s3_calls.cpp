// SPDX-License-Identifier: Apache-2.0
// Calls to Amazon S3 other than storing objects: conditions, waiters, bodies of unknown length, interrupted
// attempts.
#include <belfry/body_sources.hpp>
#include <belfry/call/response_body.hpp>
#include <belfry/s3/abort_multipart_upload.hpp>
#include <belfry/s3/complete_multipart_upload.hpp>
#include <belfry/s3/create_multipart_upload.hpp>
#include <belfry/s3/errors.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/get_object_tagging.hpp>
#include <belfry/s3/head_bucket.hpp>
#include <belfry/s3/head_object.hpp>
#include <belfry/s3/list_multipart_uploads.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/s3/put_object_tagging.hpp>
#include <belfry/s3/upload_part_copy.hpp>

#include "servers/s3_bodies.hpp"
#include "servers/s3_bucket.hpp"
#include "servers/server_test.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace s3 = belfry::s3;
using belfry_servers::Bucket;
using belfry_servers::PatternSink;
using belfry_servers::PatternSource;
using belfry_servers::require_value;
using belfry_servers::text_of;

namespace {

[[nodiscard]] bool over_tls() { return belfry_servers::config().endpoint.starts_with("https:"); }

[[nodiscard]] s3::PutObjectRequest put(const Bucket& bucket, std::string key, std::string value) {
    s3::PutObjectRequest input{.bucket = bucket.name, .key = std::move(key)};
    input.body = std::move(value);
    return input;
}

/// Interrupts the given number of attempts, in the middle of the request's or the response's body.
class BreakingTransport final : public belfry::Transport {
  public:
    enum class Where : std::uint8_t { nowhere, in_request, in_response };
    explicit BreakingTransport(belfry::Transport& inner) noexcept : inner_(inner) {}
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        if (breaks_left == 0) return inner_.send(request, sink);
        --breaks_left;
        if (where == Where::in_request) {
            char buffer[10'000];
            for (int i = 0; i < 3 && request.source != nullptr; ++i)
                static_cast<void>(request.source->read(buffer, sizeof buffer));
            return {belfry::TransportStatus::connection_reset, "broken on purpose"};
        }
        Cut cut(sink);
        static_cast<void>(inner_.send(request, cut));
        return {belfry::TransportStatus::truncated, "broken on purpose"};
    }

    int breaks_left = 0;
    Where where = Where::nowhere;

  private:
    /// Accepts only the first piece of a body.
    class Cut final : public belfry::ResponseSink {
      public:
        explicit Cut(belfry::ResponseSink& inner) noexcept : inner_(inner) {}
        bool on_head(int status, belfry::Headers headers) noexcept override {
            return inner_.on_head(status, std::move(headers));
        }
        bool on_body(std::span<const std::byte> bytes) noexcept override {
            static_cast<void>(inner_.on_body(bytes));
            return false;
        }
        [[nodiscard]] bool cancelled() const noexcept override { return inner_.cancelled(); }

      private:
        belfry::ResponseSink& inner_;
    };

    belfry::Transport& inner_;
};

/// A source that can be read only once.
class OneWaySource final : public belfry::BodySource {
  public:
    explicit OneWaySource(std::int64_t length) noexcept : inner_(length) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        read_ = true;
        return inner_.read(buffer, capacity);
    }
    bool rewind() noexcept override { return !read_; }

  private:
    PatternSource inner_;
    bool read_ = false;
};

} // namespace

TEST_CASE("a conditional request succeeds or reports the failed condition") {
    Bucket bucket("belfry-conditions");
    const auto stored = bucket.client.put_object(put(bucket, "object", "value"));
    require_value(stored);
    s3::GetObjectRequest get{.bucket = bucket.name, .key = "object"};
    get.if_match = stored->etag;
    require_value(bucket.client.get_object(get));
    get.if_match = "\"0123456789abcdef0123456789abcdef\"";
    const auto other = bucket.client.get_object(get);
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().http_status == 412);
    CHECK(other.error().code == "PreconditionFailed");

    get.if_match.reset();
    get.if_none_match = stored->etag;
    const auto same = bucket.client.get_object(get);
    REQUIRE_FALSE(same.has_value());
    CHECK(same.error().http_status == 304);
    CHECK_FALSE(same.error().retryable);

    s3::PutObjectRequest once = put(bucket, "object", "another value");
    once.if_none_match = "*";
    const auto twice = bucket.client.put_object(once);
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().http_status == 412);
}

TEST_CASE("waiters end when buckets and objects exist or are gone") {
    Bucket bucket("belfry-waiting");
    const belfry::WaitOptions soon{.min_delay = belfry::Duration::milliseconds(50)};
    require_value(bucket.client.poll_until_bucket_exists({.bucket = bucket.name}, soon));
    require_value(bucket.client.poll_until_object_not_exists({.bucket = bucket.name, .key = "bell"}, soon));
    require_value(bucket.client.put_object(put(bucket, "bell", "ding")));
    const auto there = bucket.client.poll_until_object_exists({.bucket = bucket.name, .key = "bell"}, soon);
    require_value(there);
    CHECK(there->content_length == 4);
}

TEST_CASE("tags are written and read as XML") {
    Bucket bucket("belfry-tags");
    require_value(bucket.client.put_object(put(bucket, "bell", "ding")));
    const s3::Tagging tagging{
        .tag_set = {{{.key = "tower", .value = "north+south@1.5"}, {.key = "a b", .value = ""}}}};
    require_value(
        bucket.client.put_object_tagging({.bucket = bucket.name, .key = "bell", .tagging = tagging}));
    const auto found = bucket.client.get_object_tagging({.bucket = bucket.name, .key = "bell"});
    require_value(found);
    std::set<std::string> seen;
    for (const s3::Tag& tag : found->tag_set)
        seen.insert(tag.key.value_or("?") + "=" + tag.value.value_or("?"));
    CHECK(seen == std::set<std::string>{"tower=north+south@1.5", "a b="});
}

TEST_CASE("multipart uploads are listed and their parts copied") {
    Bucket bucket("belfry-uploads");
    require_value(bucket.client.put_object(put(bucket, "from", text_of(300'000))));
    std::set<std::string> begun;
    for (const std::string key : {"one", "two", "three", "four", "five"}) {
        const auto created = bucket.client.create_multipart_upload({.bucket = bucket.name, .key = key});
        require_value(created);
        begun.insert(created->upload_id.value_or(""));
    }
    std::set<std::string> listed;
    // Only one page: the gateway refuses the marker that it returned itself.
    for (auto& page : bucket.client.paginate_list_multipart_uploads({.bucket = bucket.name})) {
        require_value(page);
        for (const auto& upload : page->uploads) listed.insert(upload.upload_id.value_or(""));
    }
    CHECK(listed == begun);

    const std::string id = *begun.begin();
    std::string key;
    for (auto& page : bucket.client.paginate_list_multipart_uploads({.bucket = bucket.name}))
        for (const auto& upload : page->uploads)
            if (upload.upload_id == id) key = upload.key.value_or("");
    s3::UploadPartCopyRequest part{.bucket = bucket.name,
                                   .copy_source = bucket.name + "/from",
                                   .key = key,
                                   .part_number = 1,
                                   .upload_id = id};
    part.copy_source_range = "bytes=1000-200999";
    const auto copied = bucket.client.upload_part_copy(part);
    require_value(copied);
    REQUIRE(copied->copy_part_result.has_value());
    s3::CompletedPart completed;
    completed.etag = copied->copy_part_result->etag;
    completed.part_number = 1;
    const s3::CompletedMultipartUpload parts{.parts = {completed}};
    require_value(bucket.client.complete_multipart_upload(
        {.bucket = bucket.name, .key = key, .multipart_upload = parts, .upload_id = id}));
    const auto got = bucket.client.get_object({.bucket = bucket.name, .key = key});
    require_value(got);
    REQUIRE(got->body.has_value());
    CHECK(got->body->bytes() == text_of(300'000).substr(1'000, 200'000));
    for (auto& page : bucket.client.paginate_list_multipart_uploads({.bucket = bucket.name}))
        for (const auto& upload : page->uploads)
            require_value(bucket.client.abort_multipart_upload({.bucket = bucket.name,
                                                                .key = upload.key.value_or(""),
                                                                .upload_id = upload.upload_id.value_or("")}));
}

TEST_CASE("an interrupted upload is repeated from its start") {
    BreakingTransport breaking(belfry_servers::transport());
    Bucket bucket("belfry-breaking", breaking);
    constexpr std::int64_t size = 3'000'000;
    PatternSource source(size);
    s3::PutObjectRequest input{.bucket = bucket.name, .key = "object"};
    input.body = belfry::StreamingBlob(source, size);
    breaking.where = BreakingTransport::Where::in_request;
    breaking.breaks_left = 2;
    const auto stored = bucket.client.put_object(input);
    require_value(stored);
    CHECK(stored.metadata().attempts == 3);

    breaking.where = BreakingTransport::Where::in_response;
    breaking.breaks_left = 1;
    PatternSink sink;
    belfry::CallOptions options;
    options.response_body = &sink;
    const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "object"}, options);
    require_value(got);
    CHECK(got.metadata().attempts == 2);
    CHECK(sink.received() == size);
    CHECK(sink.good());

    OneWaySource once(size);
    input.body = belfry::StreamingBlob(once, size);
    breaking.where = BreakingTransport::Where::in_request;
    breaking.breaks_left = 1;
    const auto refused = bucket.client.put_object(input);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().attempts == 1);
    CHECK(refused.error().message.find("source cannot be rewound") != std::string::npos);
}

TEST_CASE("a body of unknown length is an error") {
    Bucket bucket("belfry-unknown-length");
    PatternSource source(1'000'003);
    s3::PutObjectRequest input{.bucket = bucket.name, .key = "object"};
    input.body = belfry::StreamingBlob(source);
    const auto stored = bucket.client.put_object(input);
    REQUIRE_FALSE(stored.has_value());
    if (over_tls()) {
        // S3 requires the length of the content in advance, with any framing.
        CHECK(stored.error().http_status == 411);
        CHECK(stored.error().code == "MissingContentLength");
    } else {
        // The call fails before it sends: signatures of chunks need a length, too.
        CHECK(stored.error().kind == belfry::ErrorKind::validation);
    }
    // A caller who knows the length passes it.
    input.content_length = 1'000'003;
    REQUIRE(source.rewind());
    require_value(bucket.client.put_object(input));
    PatternSink sink;
    belfry::CallOptions options;
    options.response_body = &sink;
    require_value(bucket.client.get_object({.bucket = bucket.name, .key = "object"}, options));
    CHECK(sink.received() == 1'000'003);
    CHECK(sink.good());
}
