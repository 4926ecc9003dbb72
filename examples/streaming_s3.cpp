// SPDX-License-Identifier: Apache-2.0
// Uploads a file to Amazon S3 and downloads it again, whatever its size, in little memory. A checksum
// protects the bytes in both directions. Credentials come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
// AWS_SESSION_TOKEN, the region from AWS_REGION.
#include <belfry/body_sources.hpp>
#include <belfry/s3/get_object.hpp>
#include <belfry/s3/put_object.hpp>
#include <belfry/transport/curl.hpp>

#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

namespace s3 = belfry::s3;

namespace {

/// Writes a response's body to a file.
class FileSink final : public belfry::ResponseBodySink {
  public:
    explicit FileSink(const char* path) : path_(path), file_(std::fopen(path, "wb")) {}
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;
    ~FileSink() override { close(); }

    bool on_body(std::span<const std::byte> bytes) noexcept override {
        return file_ != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
    }
    /// The attempt failed; the next one starts from the first byte.
    bool restart() noexcept override {
        close();
        file_ = std::fopen(path_, "wb");
        return file_ != nullptr;
    }
    /// Whether everything could be written.
    bool close() {
        const bool written = file_ != nullptr && std::fclose(file_) == 0;
        file_ = nullptr;
        return written;
    }

  private:
    const char* path_;
    std::FILE* file_;
};

int fail(const char* action, const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s: %s\n", action, error.code.c_str(), error.message.c_str());
    return 1;
}

} // namespace

int main(int count, char** words) {
    if (count < 5) {
        std::fprintf(stderr, "usage: %s BUCKET KEY FILE COPY [ENDPOINT]\n", words[0]);
        return 2;
    }
    belfry::CurlTransport transport;
    const s3::Client client({.region = belfry::region_from_environment(),
                             .credentials = belfry::credentials_from_environment(),
                             .endpoint = count > 5 ? words[5] : ""},
                            transport, {.force_path_style = count > 5});

    belfry::FileSource source(words[3]); // has a known length, and is rewound for a retry
    if (!source.is_open()) {
        std::perror(words[3]);
        return 1;
    }
    const auto stored = client.put_object({.body = source, .bucket = words[1], .key = words[2]});
    if (!stored) return fail("upload", stored.error());
    std::printf("uploaded %lld bytes\n", static_cast<long long>(source.length()));

    FileSink sink(words[4]);
    const auto got = client.get_object({.bucket = words[1], .key = words[2]}, {.response_body = &sink});
    if (!got) return fail("download", got.error());
    if (!sink.close()) {
        std::perror(words[4]);
        return 1;
    }
    std::printf(
        "downloaded %lld bytes, checksum %s\n", static_cast<long long>(got->content_length.value_or(0)),
        got.metadata().verified_checksum == belfry::ChecksumAlgorithm::none ? "not verified" : "verified");
}
