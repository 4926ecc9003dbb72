// SPDX-License-Identifier: Apache-2.0
#include <belfry/events/signer.hpp>
#include <belfry/util/hex.hpp>

#include <string>
#include <string_view>
#include <support/catch.hpp>

using namespace belfry; // NOLINT

namespace {

constexpr std::string_view seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

SigningOptions transcribe() {
    SigningOptions options;
    options.service = "transcribe";
    options.region = "us-west-2";
    return options;
}
std::string hex(std::string_view bytes) {
    std::string text;
    append_hex(text, bytes);
    return text;
}

class BrokenCrypto final : public CryptoProvider {
  public:
    bool sha256(std::string_view, Sha256Digest&) noexcept override { return false; }
    bool sha256(BodySource&, Sha256Digest&) noexcept override { return false; }
    bool hmac_sha256(std::string_view, std::string_view, Sha256Digest&) noexcept override { return false; }
};

} // namespace

// From amazon-transcribe 0.6.4: EventSigner("transcribe", "us-west-2").sign(...), each signature given to the
// next, and EventStreamMessageSerializer().serialize(...).
TEST_CASE("each event's signature covers the previous one, past midnight and up to the end") {
    EventSigner signer("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", transcribe(), seed);
    CHECK(signer);
    CHECK_FALSE(EventSigner());
    const auto sign = [&](std::string_view payload, Timestamp time) {
        std::string out = "before";
        std::string fault;
        REQUIRE(signer.sign(payload, time, out, fault));
        REQUIRE(out.substr(0, 6) == "before");
        return out.substr(6);
    };
    CHECK(hex(sign("hello", {1'784'332'799, 250'000'000})) ==
          "000000580000004382944b49053a64617465080000019f7285cd12103a6368756e6b2d7369676e6174757265060020532f"
          "576cc"
          "9518f94b8d31a8a5adad05e3ebdfa77bea82cb36dd1e112cb7e59ef" +
              hex("hello") + "281b7647");
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(static_cast<unsigned char>(i)));
    CHECK(hex(sign(all, {1'784'332'801, 0})) == "00000153000000433e18a9fd053a64617465080000019f7285d3e8103a63"
                                                "68756e6b2d7369676e6174757265060020b90153677"
                                                "a686e207b68bdcc5ada7c921c2875a28b1e75f6ff4eb7669dc11692" +
                                                    hex(all) + "8fc27157");
    CHECK(hex(sign({}, {1'784'332'802, 0})) ==
          "0000005300000043f5447a58053a64617465080000019f7285d7d0103a6368756e6b2d7369676e6174757265060020b002"
          "5a580"
          "c6a9736cfa8c377bd49c47eb7f12545623297fc5c7b5ae16b1400ea45227a32");
}

TEST_CASE("an event that cannot be signed leaves the output unchanged") {
    BrokenCrypto crypto;
    SigningOptions options = transcribe();
    std::string out = "kept";
    std::string fault;
    EventSigner years("secret", options, seed);
    CHECK_FALSE(years.sign("x", {300'000'000'000, 0}, out, fault));
    CHECK(fault.find("years") != std::string::npos);
    options.crypto = &crypto;
    EventSigner broken("secret", options, seed);
    CHECK_FALSE(broken.sign("x", {1'784'332'799, 0}, out, fault));
    CHECK(fault.find("cryptographic") != std::string::npos);
    std::string big;
    big.resize(max_event_payload_bytes + 1);
    EventSigner signer("secret", transcribe(), seed);
    CHECK_FALSE(signer.sign(big, {1'784'332'799, 0}, out, fault));
    CHECK(fault.find("24 MiB") != std::string::npos);
    CHECK(out == "kept");
}
