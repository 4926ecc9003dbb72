// SPDX-License-Identifier: Apache-2.0
#include <belfry/identity/cache.hpp>
#include <belfry/identity/instance_metadata.hpp>
#include <belfry/identity/process.hpp>
#include <belfry/login_credentials.hpp>
#include <belfry/sso_credentials.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/role_credentials.hpp>
#endif

#include "support/memory_settings.hpp"
#include "unit/memory/drivers.hpp"

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/wait.h>
#endif

using namespace belfry; // NOLINT
using test::RunOutcome;

TEST_CASE("a cache of credentials without memory gives an error, and fetches when there is some again") {
    test::QuietEnvironment environment;
    test::PlayedTransport transport;
    transport.replies = {
        {{200, {}, "a session token that is too long for a string's own buffer"}},
        {{200, {}, "a-role-with-a-name-that-is-too-long"}},
        {{200,
          {},
          R"({"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"AKIDEXAMPLEAKIDEXAMPLE",)"
          R"("SecretAccessKey":"a secret that is too long for a string","Token":"and a token that is too long",)"
          R"("Expiration":"2026-01-02T09:04:05Z"})"}}};
    for (const auto which : {test::FailedAllocations::one, test::FailedAllocations::rest}) {
        InstanceMetadataCredentialsSource source({}, environment);
        bool odd = false;
        const long failures = test::fail_each_allocation(
            which,
            [&] {
                transport.begin();
                CachedCredentials cache(source, transport, environment);
                const Result<Credentials> first = cache.credentials();
                if (!first && (first.error().kind == ErrorKind::none || first.error().code.empty()))
                    odd = true;
                return first && first->expiration ? RunOutcome::success : RunOutcome::error;
            },
            [](RunOutcome) {});
        CHECK_FALSE(odd);
        CHECK(failures > 15);
    }
    // The same cache recovers.
    for (long n = 1;; ++n) {
        InstanceMetadataCredentialsSource source({}, environment);
        CachedCredentials cache(source, transport, environment);
        transport.begin();
        bool failed = false;
        {
            const test::FailingAllocations failing(n, test::FailedAllocations::one);
            static_cast<void>(cache.credentials().has_value());
            failed = failing.any();
        }
        transport.begin();
        INFO("allocation " << n);
        CHECK(cache.credentials()->access_key_id == "AKIDEXAMPLEAKIDEXAMPLE");
        if (!failed) break;
    }
}

namespace {

/// Makes signatures without a key, and needs no memory.
class FakeEcdsa final : public EcdsaProvider {
  public:
    bool sign(const P256PrivateKey&, const Sha256Digest&, EcdsaSignature& out) noexcept override {
        constexpr unsigned char der[] = {0x30, 6, 2, 1, 1, 2, 1, 2};
        for (std::size_t i = 0; i < sizeof der; ++i) out.bytes[i] = der[i];
        out.size = sizeof der;
        return true;
    }
    bool derive_public_key(const P256PrivateKey&, P256PublicKey&) noexcept override { return true; }
};

/// A writer that fails.
class NoWriter final : public SecretFileWriter {
  public:
    bool replace(const std::string&, std::string_view, std::string&) override { return false; }
};

} // namespace

TEST_CASE("a source that calls a service is an error without memory, and gives credentials with some") {
    test::QuietEnvironment environment;
    test::PlayedTransport transport;
    test::MemorySettings files(
        {{"HOME", "/h"}, {"AWS_REGION", "us-east-1"}},
        {{"/h/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json",
          R"({"accessToken":"a token that is too long","expiresAt":"2100-01-01T00:00:00Z"})"},
         // The SHA-256 of `me`, and the key of the cases of `aws login` that AWS's SDKs published.
         {"/h/.aws/login/cache/2744ccd10c7533bd736ad890f9dd5cab2adb27b07d500b9493f29cdc420cb2e0.json",
          R"({"accessToken":{"accessKeyId":"AKIDEXAMPLEAKIDEXAMPLE","secretAccessKey":"a secret that is long",)"
          R"("sessionToken":"a token that is too long","expiresAt":"2020-01-01T00:00:00Z"},"clientId":"client",)"
          R"("refreshToken":"a token that is too long","dpopKey":"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIPt/)"
          R"(u8InPLpQeQLJTvVX+sNDzni8vMDMt3Liu+nMBigfoAoGCCqGSM49\nAwEHoUQDQgAEILkGG7rNOnxiIJlMgimY1UPP8eDM)"
          R"(FP0DAY6WGjngP4bvTAiUCQ/I\nffut2379uP+OBCm2ovGpBOJRgrl1RspUOQ==\n-----END EC PRIVATE KEY-----"})"}});
    const Settings settings = *load_settings({.source = &files});
    SsoCredentialsSource sso({.session = "dev",
                              .start_url = "https://d-abc123.awsapps.com/start",
                              .region = "us-east-1",
                              .account_id = "012345678901",
                              .role_name = "a-role-with-a-name-that-is-too-long"},
                             settings, environment);
    FakeEcdsa ecdsa;
    NoWriter writer;
    LoginCredentialsSource login({.session = "me"}, settings, ecdsa, environment, writer);
    std::vector<std::pair<CredentialsSource*, std::string>> sources{
        {&login,
         R"({"accessToken":{"accessKeyId":"AKIDEXAMPLEAKIDEXAMPLE","secretAccessKey":"a secret that is long",)"
         R"("sessionToken":"a token that is too long"},"expiresIn":900,"refreshToken":"a longer new token"})"},
        {&sso,
         R"({"roleCredentials":{"accessKeyId":"AKIDEXAMPLEAKIDEXAMPLE","secretAccessKey":"a secret that )"
         R"(is long","sessionToken":"a token that is too long","expiration":4102444800000}})"}};
#if BELFRY_TEST_HAS_XML
    OwnCredentialsSource base(
        Credentials{"AKIDEXAMPLEAKIDEXAMPLE", "a secret that is too long for a string"});
    AssumeRoleSource role(base, {.role_arn = "arn:aws:iam::123456789012:role/reader"}, settings, environment);
    sources.emplace_back(
        &role, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDEXAMPLEAKIDEXAMPLE"
               "</AccessKeyId><SecretAccessKey>a secret that is long</SecretAccessKey><SessionToken>a "
               "token that is too long</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>"
               "</Credentials></AssumeRoleResult></AssumeRoleResponse>");
#endif
    for (const auto& each : sources) {
        CredentialsSource& source = *each.first;
        INFO(source.name());
        transport.replies = {{{200, {}, each.second}}};
        bool odd = false;
        const long failures = test::fail_each_allocation(
            test::FailedAllocations::rest,
            [&] {
                transport.begin();
                CachedCredentials cache(source, transport, environment);
                const Result<Credentials> result = cache.credentials();
                if (!result && (result.error().kind == ErrorKind::none || result.error().code.empty()))
                    odd = true;
                return result && result->expiration ? RunOutcome::success : RunOutcome::error;
            },
            [](RunOutcome) {});
        CHECK_FALSE(odd);
        CHECK(failures > 15);
    }
}

TEST_CASE(
    "a response of a source for which there is no memory is an error of memory, and not asked for again") {
    test::QuietEnvironment environment;
    test::PlayedTransport transport;
    transport.replies = {{{200, {}, std::string(60'000, 'x')}}};
    InstanceMetadataCredentialsSource source({.max_attempts = 5}, environment);
    bool in_response = false;
    for (long n = 1;; ++n) {
        class CountedTransport final : public Transport {
          public:
            CountedTransport(Transport& inner, long first) : inner_(inner), first_(first) {}
            TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
                ++requests;
                const test::FailingAllocations failing(first_, test::FailedAllocations::one);
                const TransportResult result = inner_.send(request, sink);
                failed = failed || failing.any();
                return result;
            }
            int requests = 0;
            bool failed = false;

          private:
            Transport& inner_;
            long first_;
        } counted(transport, n);
        const auto fetch = source.fetch();
        const Result<Credentials> result = fetch_credentials(*fetch, counted, environment);
        if (!counted.failed) break;
        in_response = true;
        INFO("allocation " << n);
        CHECK(result.error().kind == ErrorKind::memory);
        CHECK(counted.requests == 1);
    }
    CHECK(in_response);
}

#if !defined(_WIN32)
TEST_CASE(
    "a program whose output does not fit into memory leaves neither a process nor a descriptor behind") {
    const auto count_descriptors = [] {
        int count = 0;
        for (int descriptor = 0; descriptor < 256; ++descriptor)
            if (::fcntl(descriptor, F_GETFD) != -1) ++count;
        return count;
    };
    const int before = count_descriptors();
    // It would never end by itself.
    const std::vector<std::string> endless{"sh", "-c", "head -c 100000 /dev/zero; exec sleep 60"};
    const std::vector<std::string> finite{"head", "-c", "100000", "/dev/zero"};
    SystemProcessRunner runner;
    for (const std::vector<std::string>& arguments : {endless, finite}) {
        long thrown = 0;
        for (long n = 1; n < 6; ++n) {
            std::string output;
            const test::FailingAllocations failing(n, test::FailedAllocations::one);
            try {
                (void)runner.run(arguments, output);
            } catch (const std::bad_alloc&) {
                ++thrown;
            }
        }
        CHECK(thrown == 5);
        CHECK(count_descriptors() == before);
        CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
        CHECK(errno == ECHILD);
    }
}
#endif
