// SPDX-License-Identifier: Apache-2.0
// Reading a key or a signature ends well for any bytes, and replacing members of a JSON object leaves an
// object with these members.
#include <belfry/auth/p256_pem.hpp>
#include <belfry/identity/login_file.hpp>

#include "fuzz.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace {

using namespace belfry;

bool is_json(std::string_view text) {
    detail::JsonReader reader(text, DecodeOptions{}.max_depth);
    const char* at = reader.skip_value(reader.skip_space(reader.begin()));
    return at != nullptr && reader.finish(at) != nullptr;
}

void check_keys(std::string_view bytes) {
    P256PrivateKey key;
    static_cast<void>(detail::read_p256_pem(bytes, key));
    static_cast<void>(detail::read_sec1_key(bytes, true, key));
    static_cast<void>(detail::read_pkcs8_key(bytes, key));
    std::string pem = "-----BEGIN PRIVATE KEY-----\n";
    append_base64(pem, bytes);
    pem += "\n-----END PRIVATE KEY-----";
    P256PrivateKey same;
    const bool good = detail::read_pkcs8_key(bytes, key);
    require(detail::read_p256_pem(pem, same) == good, "a PEM is read like its DER");
    require(!good || std::memcmp(key.bytes, same.bytes, sizeof key.bytes) == 0, "and has the same key");
    EcdsaSignature signature;
    signature.size = std::min(bytes.size(), sizeof signature.bytes);
    if (signature.size > 0) std::memcpy(signature.bytes, bytes.data(), signature.size);
    unsigned char numbers[64];
    static_cast<void>(detail::split_p256_signature(signature, numbers));
}

void check_members(std::string_view text) {
    std::string once, twice;
    if (!detail::replace_members(text, {{"accessToken", "{\"a\":1}"}, {"refreshToken", "\"b\""}}, once)) {
        require(!is_json(text) || text.find('{') == std::string_view::npos ||
                    text[text.find_first_not_of(" \t\r\n")] != '{',
                "an object is read", text);
        return;
    }
    require(!is_json(text) || is_json(once), "the text is still JSON", once);
    require(detail::replace_members(once, {{"accessToken", "{\"a\":1}"}, {"refreshToken", "\"b\""}}, twice) &&
                once == twice,
            "replacing again changes nothing", once);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = text_of(data, size);
    check_keys(text);
    check_members(text);
    return 0;
}
