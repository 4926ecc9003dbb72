// SPDX-License-Identifier: Apache-2.0
#include <belfry/auth/credentials.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

using belfry::Credentials;
using belfry::CredentialsHandle;

namespace {
Credentials some() { return {"AKIDEXAMPLE", "secret", "token"}; }

class Counting final : public belfry::CredentialsProvider {
  public:
    belfry::Result<Credentials> credentials() noexcept override {
        Credentials result = some();
        result.access_key_id = "AK" + std::to_string(++calls);
        return result;
    }
    int calls = 0;
};

struct Environment {
    Environment() { clear(); }
    ~Environment() { clear(); }
    static void clear() {
        for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
            unsetenv(name);
    }
};
} // namespace

TEST_CASE("a handle made from a value returns that value, also after copies and moves") {
    CredentialsHandle first(some());
    CredentialsHandle copy = first;
    CredentialsHandle moved = std::move(first);
    first = CredentialsHandle();
    for (const CredentialsHandle* handle : {&copy, &moved}) {
        CHECK(handle->credentials()->access_key_id == "AKIDEXAMPLE");
        REQUIRE(handle->fixed() != nullptr);
        CHECK(handle->fixed()->secret_access_key == "secret");
    }
    CHECK(copy.fixed() != moved.fixed());
    const CredentialsHandle& itself = copy;
    copy = itself;
    CHECK(copy.credentials()->session_token == "token");
}

TEST_CASE("a handle without credentials returns an error") {
    const CredentialsHandle none;
    const auto result = none.credentials();
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == belfry::ErrorKind::credentials);
    CHECK(result.error().code == "NoCredentials");
    CHECK(none.fixed() == nullptr);
}

TEST_CASE("a handle asks a provider or a callable each time") {
    Counting provider;
    const CredentialsHandle by_reference(provider);
    const CredentialsHandle copied = by_reference;
    CHECK(by_reference.credentials()->access_key_id == "AK1");
    CHECK(copied.credentials()->access_key_id == "AK2");
    CHECK(by_reference.fixed() == nullptr);

    int calls = 0;
    const CredentialsHandle lambda([&calls] {
        ++calls;
        return some();
    });
    const CredentialsHandle lambda_copy = lambda;
    CHECK(lambda.credentials()->access_key_id == "AKIDEXAMPLE");
    CHECK(lambda_copy.credentials()->access_key_id == "AKIDEXAMPLE");
    CHECK(calls == 2);

    const CredentialsHandle failing([]() -> belfry::Result<Credentials> {
        belfry::Error error;
        error.kind = belfry::ErrorKind::credentials;
        error.code = "Expired";
        return error;
    });
    CHECK(failing.credentials().error().code == "Expired");
}

TEST_CASE("an exception in a credentials callable becomes an error") {
    const CredentialsHandle throwing([]() -> Credentials { throw std::runtime_error("no"); });
    CHECK(throwing.credentials().error().kind == belfry::ErrorKind::credentials);
    CHECK(throwing.credentials().error().code == "ProviderFailed");
    CHECK(throwing.credentials().error().message == "the credentials callable threw an exception: no");
}

TEST_CASE("the environment is read each time credentials are requested") {
    const Environment environment;
    const CredentialsHandle handle = belfry::credentials_from_environment();
    CHECK(handle.credentials().error().message.find("AWS_ACCESS_KEY_ID") != std::string::npos);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    CHECK(handle.credentials().error().message.find("AWS_SECRET_ACCESS_KEY") != std::string::npos);
    setenv("AWS_SECRET_ACCESS_KEY", "", 1);
    CHECK(handle.credentials().error().message.find("AWS_SECRET_ACCESS_KEY") != std::string::npos);
    setenv("AWS_SECRET_ACCESS_KEY", "hidden", 1);
    REQUIRE(handle.credentials());
    CHECK(handle.credentials()->access_key_id == "AKIDEXAMPLE");
    CHECK(handle.credentials()->secret_access_key == "hidden");
    CHECK(handle.credentials()->session_token.empty());
    setenv("AWS_SESSION_TOKEN", "token", 1);
    CHECK(handle.credentials()->session_token == "token");
}

TEST_CASE("a type that does not provide credentials does not convert to a handle") {
    STATIC_REQUIRE(std::is_convertible_v<Credentials, CredentialsHandle>);
    STATIC_REQUIRE(std::is_convertible_v<belfry::EnvironmentCredentials, CredentialsHandle>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<int, CredentialsHandle>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string (*)(), CredentialsHandle>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Counting, CredentialsHandle>);
}
