// SPDX-License-Identifier: Apache-2.0
// The checksums of a megabyte, against zlib and OpenSSL.
#include <belfry/util/checksum.hpp>

#include "measure.hpp"

#include <openssl/evp.h>
#include <string>
#include <zlib.h>

namespace {

constexpr std::size_t size = 1'024 * 1'024;

void compute(belfry::ChecksumAlgorithm algorithm, const std::string& data) {
    belfry::Checksum checksum(algorithm);
    checksum.update(data);
    std::string text;
    checksum.finish(text);
    measure::keep(text);
}
void compute(const EVP_MD* algorithm, const std::string& data) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    measure::keep(EVP_Digest(data.data(), data.size(), digest, nullptr, algorithm, nullptr));
    measure::keep(digest);
}

} // namespace

int main(int argument_count, char** arguments) {
    using belfry::ChecksumAlgorithm;
    std::string data(size, '\0');
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(i * 2'654'435'761u >> 24);
    return measure::run(
        argument_count, arguments, "the checksum of 1 MiB",
        {{"CRC32", [&] { compute(ChecksumAlgorithm::crc32, data); }},
         {"CRC32, zlib",
          [&] {
              measure::keep(crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(size)));
          }},
         {"CRC32C", [&] { compute(ChecksumAlgorithm::crc32c, data); }},
         {"CRC64NVME", [&] { compute(ChecksumAlgorithm::crc64nvme, data); }},
         {"SHA-1", [&] { compute(ChecksumAlgorithm::sha1, data); }},
         {"SHA-1, OpenSSL", [&] { compute(EVP_sha1(), data); }},
         {"SHA-256", [&] { compute(ChecksumAlgorithm::sha256, data); }},
         {"SHA-256, OpenSSL", [&] { compute(EVP_sha256(), data); }},
         {"MD5", [&] { compute(ChecksumAlgorithm::md5, data); }},
         {"MD5, OpenSSL", [&] { compute(EVP_md5(), data); }}},
        [](const std::vector<measure::Cost>& costs) {
            const auto ratio = [&](const char* ours, const char* theirs) {
                return measure::of(costs, ours).nanoseconds / measure::of(costs, theirs).nanoseconds;
            };
            const bool crc32 =
                measure::judge_at_most("CRC32, time of zlib's", ratio("CRC32", "CRC32, zlib"), 1);
            const bool crc32c =
                measure::judge_at_most("CRC32C, time of zlib's CRC32", ratio("CRC32C", "CRC32, zlib"), 1);
            const bool crc64 = measure::judge_at_most("CRC64NVME, time of zlib's CRC32",
                                                      ratio("CRC64NVME", "CRC32, zlib"), 1);
            const bool sha256 = measure::judge_at_most("SHA-256, time of OpenSSL's",
                                                       ratio("SHA-256", "SHA-256, OpenSSL"), 1.5);
            const bool md5 =
                measure::judge_at_most("MD5, time of OpenSSL's", ratio("MD5", "MD5, OpenSSL"), 1.5);
            return crc32 && crc32c && crc64 && sha256 && md5;
        });
}
