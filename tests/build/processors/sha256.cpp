// SPDX-License-Identifier: Apache-2.0
// Prints the SHA-256 of each line of standard input, which has the bytes in hexadecimal digits, without and with the
// processor's instructions. Fails if the processor has none.
#include <belfry/util/hex.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/sha256.hpp>

#include <cstdio>
#include <iostream>
#include <string>

#if !BELFRY_HAS_SHA_INSTRUCTIONS
#error "this processor has a path of its own, which is not compiled"
#endif

int main() {
    using belfry::detail::Sha256Path;
    if (!belfry::detail::processor_has_sha()) {
        std::fputs("the processor has no SHA instructions\n", stderr);
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);) {
        std::string bytes;
        for (std::size_t i = 0; i + 1 < line.size(); i += 2)
            bytes.push_back(static_cast<char>(belfry::detail::hex_digit_value(line[i]) * 16 +
                                              belfry::detail::hex_digit_value(line[i + 1])));
        for (const Sha256Path path : {Sha256Path::portable, Sha256Path::instructions}) {
            belfry::detail::sha256_path.store(path);
            std::string digest;
            belfry::append_hex(digest, belfry::sha256(bytes).view());
            std::puts(digest.c_str());
        }
    }
    return 0;
}
