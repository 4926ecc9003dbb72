// SPDX-License-Identifier: Apache-2.0
// Amazon S3: restXml, streaming bodies and checksums, on a gateway that verifies signatures and checksums.
#include <belfry/copy_source.hpp>
#include <belfry/s3/abort_multipart_upload.hpp>
#include <belfry/s3/complete_multipart_upload.hpp>
#include <belfry/s3/copy_object.hpp>
#include <belfry/s3/create_bucket.hpp>
#include <belfry/s3/create_multipart_upload.hpp>
#include <belfry/s3/delete_bucket.hpp>
#include <belfry/s3/delete_object.hpp>
#include <belfry/s3/delete_objects.hpp>
#include <belfry/s3/errors.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/head_bucket.hpp>
#include <belfry/s3/head_object.hpp>
#include <belfry/s3/list_buckets.hpp>
#include <belfry/s3/list_objects_v2.hpp>
#include <belfry/s3/list_parts.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/s3/upload_part.hpp>

#include "servers/s3_bodies.hpp"
#include "servers/s3_bucket.hpp"
#include "servers/server_test.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace s3 = belfry::s3;
using belfry_servers::Bucket;
using belfry_servers::require_value;
using belfry_servers::text_of;

namespace {

const s3::ChecksumAlgorithm algorithms[] = {s3::ChecksumAlgorithm::CRC32, s3::ChecksumAlgorithm::CRC32C,
                                            s3::ChecksumAlgorithm::CRC64NVME, s3::ChecksumAlgorithm::SHA1,
                                            s3::ChecksumAlgorithm::SHA256};

} // namespace

TEST_CASE("buckets are created, found, listed and deleted") {
    Bucket bucket("belfry-buckets");
    require_value(bucket.client.head_bucket({.bucket = bucket.name}));
    const auto listed = bucket.client.list_buckets({});
    require_value(listed);
    CHECK(std::any_of(listed->buckets.begin(), listed->buckets.end(),
                      [&](const s3::Bucket& found) { return found.name == bucket.name; }));
    const auto again = bucket.client.create_bucket({.bucket = bucket.name});
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().http_status == 409);
    CHECK(again.error().as<s3::BucketAlreadyOwnedByYou>().has_value());
    const auto missing = bucket.client.head_bucket({.bucket = "belfry-is-not-there"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().http_status == 404);
}

TEST_CASE("objects are sent with each checksum algorithm, from a source and from memory") {
    Bucket bucket("belfry-checksums");
    for (const s3::ChecksumAlgorithm& algorithm : algorithms) {
        for (const std::size_t size :
             {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, std::size_t{300'001}}) {
            for (const bool streams : {false, true}) {
                const std::string text = text_of(size);
                INFO(algorithm.to_string() << ", " << size << " bytes, streams: " << streams);
                belfry::MemorySource source(text);
                s3::PutObjectRequest put{.bucket = bucket.name, .key = "object"};
                put.checksum_algorithm = algorithm;
                put.metadata = {{"author", "a \"bell\" ringer"}};
                put.content_type = "application/x-bell";
                if (streams)
                    put.body = source;
                else
                    put.body = text;
                const auto stored = bucket.client.put_object(put);
                require_value(stored);
                const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "object"});
                require_value(got);
                CHECK((got->body.has_value() ? got->body->bytes() : std::string()) == text);
                CHECK(got->content_type == "application/x-bell");
                CHECK(got->etag == stored->etag);
                REQUIRE(got->metadata.find("author") != nullptr);
                CHECK(*got->metadata.find("author") == "a \"bell\" ringer");
                CHECK(belfry::find_checksum_algorithm(std::string(algorithm.to_string())) ==
                      got.metadata().verified_checksum);
            }
        }
        s3::HeadObjectRequest head{.bucket = bucket.name, .key = "object"};
        head.checksum_mode = s3::ChecksumMode::ENABLED;
        const auto found = bucket.client.head_object(head);
        require_value(found);
        CHECK(found->content_length == 300'001);
        const int checksums = found->checksum_crc32.has_value() + found->checksum_crc32c.has_value() +
                              found->checksum_crc64nvme.has_value() + found->checksum_sha1.has_value() +
                              found->checksum_sha256.has_value();
        CHECK(checksums == 1);
    }
}

namespace {

/// A store that knows `Content-MD5` only: it refuses the headers of other checksums.
class OldStore final : public belfry::Transport {
  public:
    belfry::TransportResult send(const belfry::HttpRequest& request,
                                 belfry::ResponseSink& sink) noexcept override {
        for (const belfry::Header& header : request.headers)
            if (header.name.starts_with("x-amz-checksum-") || header.name.starts_with("x-amz-sdk-checksum") ||
                header.name == "X-Amz-Trailer" || header.name == "x-amz-trailer")
                return {belfry::TransportStatus::protocol_error,
                        std::string("unknown header ").append(header.name)};
        if (const auto md5 = request.headers.find("Content-MD5")) digests.emplace_back(*md5);
        return belfry_servers::transport().send(request, sink);
    }
    std::vector<std::string> digests{};
};

} // namespace

TEST_CASE("a store that knows no checksum but Content-MD5 is served and verifies it") {
    Bucket bucket("belfry-md5");
    OldStore store;
    belfry::ClientConfig config = belfry_servers::config();
    config.content_md5 = true;
    config.response_checksums = belfry::ChecksumUse::when_required;
    const s3::Client client{config, store};
    s3::PutObjectRequest put{.bucket = bucket.name, .key = "object"};
    put.body = "hello";
    require_value(client.put_object(put));
    const std::string text = text_of(300'001);
    belfry::MemorySource source(text);
    put.body = source;
    require_value(client.put_object(put));
    CHECK(store.digests.size() == 2);
    CHECK(store.digests.at(0) == "XUFAKrxLKna5cZ2REBfFkg==");
    const auto got = client.get_object({.bucket = bucket.name, .key = "object"});
    require_value(got);
    CHECK(got->body->bytes() == text);

    put.body = "hello";
    put.content_md5 = "AAAAAAAAAAAAAAAAAAAAAA==";
    const auto refused = client.put_object(put);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().http_status == 400);
    CHECK(refused.error().code == "BadDigest");

    // The service requires a checksum for this one.
    s3::Delete wanted;
    s3::ObjectIdentifier identifier;
    identifier.key = "object";
    wanted.objects.push_back(identifier);
    const std::size_t sent = store.digests.size();
    require_value(client.delete_objects({.bucket = bucket.name, .delete_ = wanted}));
    CHECK(store.digests.size() == sent + 1);
}

TEST_CASE("objects with any key are copied from where copy_source says") {
    Bucket bucket("belfry-copies");
    for (const char* const key : {"plain", "a b+c%20?x=1&y#z", "\u00fc/\u2603/~-._", "dou'ble/(1)*!"}) {
        INFO(key);
        s3::PutObjectRequest put{.bucket = bucket.name, .key = key};
        put.body = key;
        require_value(bucket.client.put_object(put));
        require_value(bucket.client.copy_object(
            {.bucket = bucket.name, .copy_source = belfry::copy_source(bucket.name, key), .key = "copy"}));
        const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "copy"});
        require_value(got);
        CHECK(got->body->bytes() == key);
    }
}

TEST_CASE("a checksum that the caller computed is verified by the server") {
    Bucket bucket("belfry-own-checksums");
    s3::PutObjectRequest put{.bucket = bucket.name, .key = "object"};
    put.body = "hello";
    put.checksum_crc32 = "NhCmhg==";
    require_value(bucket.client.put_object(put));
    put.checksum_crc32 = "AAAAAA==";
    const auto refused = bucket.client.put_object(put);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == belfry::ErrorKind::service);
    CHECK(refused.error().http_status == 400);
}

TEST_CASE("large objects are uploaded and downloaded in bounded memory") {
    Bucket bucket("belfry-large");
    constexpr std::int64_t size = 128 * 1024 * 1024 + 12'345;
    belfry_servers::forget_peak();
    const long before = belfry_servers::peak_kilobytes();
    belfry_servers::PatternSource source(size);
    s3::PutObjectRequest put{.bucket = bucket.name, .key = "large"};
    put.body = belfry::StreamingBlob(source, size);
    require_value(bucket.client.put_object(put));
    belfry_servers::PatternSink sink;
    belfry::CallOptions options;
    options.response_body = &sink;
    const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "large"}, options);
    require_value(got);
    CHECK(got->content_length == size);
    CHECK_FALSE(got->body.has_value());
    CHECK(sink.received() == size);
    CHECK(sink.good());
    CHECK(got.metadata().verified_checksum == belfry::ChecksumAlgorithm::crc32);
    const long grown = belfry_servers::peak_kilobytes() - before;
    WARN("peak memory grew by " << grown << " kB while " << size << " bytes went each way");
    CHECK(grown < 16 * 1024);
}

TEST_CASE("multipart uploads are completed or aborted") {
    Bucket bucket("belfry-parts");
    for (const s3::ChecksumAlgorithm::Value algorithm :
         {s3::ChecksumAlgorithm::CRC32, s3::ChecksumAlgorithm::SHA256}) {
        s3::CreateMultipartUploadRequest create{.bucket = bucket.name, .key = "parts"};
        create.checksum_algorithm = algorithm;
        const auto created = bucket.client.create_multipart_upload(create);
        require_value(created);
        const std::string id = created->upload_id.value_or("");
        REQUIRE_FALSE(id.empty());
        const std::string texts[] = {text_of(5 * 1024 * 1024), text_of(5 * 1024 * 1024 + 3), "the end"};
        s3::CompletedMultipartUpload parts;
        for (int i = 0; i < 3; ++i) {
            belfry::MemorySource source(texts[i]);
            s3::UploadPartRequest part{
                .bucket = bucket.name, .key = "parts", .part_number = i + 1, .upload_id = id};
            part.checksum_algorithm = algorithm;
            part.body = source;
            const auto uploaded = bucket.client.upload_part(part);
            require_value(uploaded);
            s3::CompletedPart completed;
            completed.etag = uploaded->etag;
            completed.part_number = i + 1;
            completed.checksum_crc32 = uploaded->checksum_crc32;
            completed.checksum_sha256 = uploaded->checksum_sha256;
            parts.parts.push_back(completed);
        }
        const auto listed =
            bucket.client.list_parts({.bucket = bucket.name, .key = "parts", .upload_id = id});
        require_value(listed);
        CHECK(listed->parts.size() == 3);
        const auto done = bucket.client.complete_multipart_upload(
            {.bucket = bucket.name, .key = "parts", .multipart_upload = parts, .upload_id = id});
        require_value(done);
        CHECK(done->key == "parts");
        const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "parts"});
        require_value(got);
        REQUIRE(got->body.has_value());
        CHECK(got->body->bytes() == texts[0] + texts[1] + texts[2]);
    }
    const auto created = bucket.client.create_multipart_upload({.bucket = bucket.name, .key = "never"});
    require_value(created);
    const std::string id = created->upload_id.value_or("");
    require_value(
        bucket.client.abort_multipart_upload({.bucket = bucket.name, .key = "never", .upload_id = id}));
    const auto gone = bucket.client.list_parts({.bucket = bucket.name, .key = "never", .upload_id = id});
    REQUIRE_FALSE(gone.has_value());
    CHECK(gone.error().code == "NoSuchUpload");
}

TEST_CASE("parts of objects are fetched by range, and objects copied") {
    Bucket bucket("belfry-ranges");
    s3::PutObjectRequest put{.bucket = bucket.name, .key = "from here"};
    put.body = text_of(100'000);
    require_value(bucket.client.put_object(put));
    s3::GetObjectRequest get{.bucket = bucket.name, .key = "from here"};
    get.range = "bytes=500-1499";
    const auto range = bucket.client.get_object(get);
    require_value(range);
    CHECK(range.metadata().http_status == 206);
    CHECK(range->body->bytes() == text_of(100'000).substr(500, 1'000));
    CHECK(range->content_range == "bytes 500-1499/100000");
    const auto copied = bucket.client.copy_object(
        {.bucket = bucket.name, .copy_source = bucket.name + "/from%20here", .key = "to there"});
    require_value(copied);
    REQUIRE(copied->copy_object_result.has_value());
    CHECK(copied->copy_object_result->etag.has_value());
    const auto got = bucket.client.get_object({.bucket = bucket.name, .key = "to there"});
    require_value(got);
    CHECK(got->body->bytes() == text_of(100'000));
}

TEST_CASE("keys with characters that URLs encode are found again") {
    Bucket bucket("belfry-keys");
    const std::vector<std::string> keys = {"a+b",
                                           "a b",
                                           "percent%20encoded",
                                           "d\u00fcr/\u6f22\u5b57/\U0001f514",
                                           "a/b/c",
                                           "semi;colon",
                                           "q?uestion&and=more",
                                           "~tilde'()*!",
                                           "hash#tag",
                                           "quote\"and<angle>",
                                           ".hidden",
                                           "..hidden",
                                           "a..b/c"};
    for (const std::string& key : keys) {
        INFO(key);
        s3::PutObjectRequest put{.bucket = bucket.name, .key = key};
        put.body = "value of " + key;
        require_value(bucket.client.put_object(put));
        const auto got = bucket.client.get_object({.bucket = bucket.name, .key = key});
        require_value(got);
        CHECK(got->body->bytes() == "value of " + key);
    }
    // The pages of the list, two keys each.
    s3::ListObjectsV2Request list{.bucket = bucket.name};
    list.max_keys = 2;
    std::vector<std::string> listed;
    int pages = 0;
    for (auto& page : bucket.client.paginate_list_objects_v2(list)) {
        require_value(page);
        CHECK(page->contents.size() <= 2);
        for (const auto& object : page->contents) listed.push_back(object.key.value_or(""));
        ++pages;
    }
    CHECK(pages >= static_cast<int>(keys.size() / 2));
    std::vector<std::string> sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    std::sort(listed.begin(), listed.end());
    CHECK(listed == sorted);

    // Deletes several objects at once; that request needs a checksum.
    s3::Delete wanted;
    for (const std::string& key : keys) {
        s3::ObjectIdentifier identifier;
        identifier.key = key;
        wanted.objects.push_back(identifier);
    }
    const auto deleted = bucket.client.delete_objects({.bucket = bucket.name, .delete_ = wanted});
    require_value(deleted);
    CHECK(deleted->deleted.size() == keys.size());
    CHECK(deleted->errors.empty());
    const auto empty = bucket.client.list_objects_v2({.bucket = bucket.name});
    require_value(empty);
    CHECK(empty->contents.empty());
}

TEST_CASE("dot segments and double slashes in keys are sent unchanged") {
    Bucket bucket("belfry-dots");
    // A folder cannot keep such keys; the server refuses them by name, and not because a transport changed
    // the path and the signature does not match.
    for (const std::string key : {"a//b", "../up", "a/../b", "a/./b", "/first"}) {
        INFO(key);
        s3::PutObjectRequest put{.bucket = bucket.name, .key = key};
        put.body = "value";
        const auto stored = bucket.client.put_object(put);
        CHECK(stored.error().code != "SignatureDoesNotMatch");
        const auto got = bucket.client.get_object({.bucket = bucket.name, .key = key});
        CHECK(got.has_value() == stored.has_value());
        CHECK(got.error().code != "SignatureDoesNotMatch");
    }
}

TEST_CASE("a wrong secret key is refused by the server") {
    belfry::ClientConfig config = belfry_servers::config();
    config.credentials = belfry::Credentials{"AKIDEXAMPLE", "another secret", ""};
    const s3::Client wrong_secret(std::move(config), belfry_servers::transport());
    const auto refused = wrong_secret.list_buckets({});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().http_status == 403);
    CHECK(refused.error().code == "SignatureDoesNotMatch");
    config = belfry_servers::config();
    config.credentials = belfry::Credentials{"AKIDUNKNOWN", "secret", ""};
    const s3::Client wrong_id(std::move(config), belfry_servers::transport());
    const auto unknown = wrong_id.list_buckets({});
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().kind == belfry::ErrorKind::service);
}

TEST_CASE("a body changed in transit is refused by server and client") {
    belfry_servers::TamperingTransport tampering(belfry_servers::transport());
    Bucket bucket("belfry-tampering", tampering);
    for (const s3::ChecksumAlgorithm& algorithm : algorithms) {
        INFO(algorithm.to_string());
        const std::string text = text_of(200'000);
        belfry::MemorySource source(text);
        s3::PutObjectRequest put{.bucket = bucket.name, .key = "object"};
        put.checksum_algorithm = algorithm;
        put.body = source;
        require_value(bucket.client.put_object(put));
        tampering.request = true;
        const auto refused = bucket.client.put_object(put);
        tampering.request = false;
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().kind == belfry::ErrorKind::service);
        tampering.response = true;
        const auto damaged = bucket.client.get_object({.bucket = bucket.name, .key = "object"});
        tampering.response = false;
        REQUIRE_FALSE(damaged.has_value());
        CHECK(damaged.error().code == "ChecksumMismatch");
        require_value(bucket.client.get_object({.bucket = bucket.name, .key = "object"}));
    }
}

TEST_CASE("a missing object is a modelled exception") {
    Bucket bucket("belfry-missing");
    const auto missing = bucket.client.get_object({.bucket = bucket.name, .key = "no such key"});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().http_status == 404);
    CHECK(missing.error().as<s3::NoSuchKey>().has_value());
    const auto head = bucket.client.head_object({.bucket = bucket.name, .key = "no such key"});
    REQUIRE_FALSE(head.has_value());
    CHECK(head.error().http_status == 404);
}
