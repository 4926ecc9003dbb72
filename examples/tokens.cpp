// SPDX-License-Identifier: Apache-2.0
// A password for a database, a token for a Kubernetes cluster, and a form with which a
// browser uploads to S3. The program sends no request. See docs/guide/tokens.md.
//
// Prints:
//   db.example.eu-central-1.rds.amazonaws.com:5432/?Action=connect&DBUser=app&...&X-Amz-Expires=900&...
//   k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtY2VudHJhbC0xLmFtYXpvbmF3cy5jb20v..., valid for 840 s
//   POST https://example-bucket.s3.eu-central-1.amazonaws.com/
//   acl=private
//   key=uploads/${filename}
//   x-amz-algorithm=AWS4-HMAC-SHA256
//   x-amz-credential=AKIDEXAMPLE/20231114/eu-central-1/s3/aws4_request
//   x-amz-date=20231114T221320Z
//   policy=eyJ...
//   x-amz-signature=...
#include <belfry/auth_tokens.hpp>
#include <belfry/presigned_post.hpp>

#include <cstdio>

namespace {

int fail(const belfry::Error& error) {
    std::fprintf(stderr, "%s: %s\n", error.code.c_str(), error.message.c_str());
    return 1;
}

} // namespace

int main() {
    const belfry::Credentials credentials{"AKIDEXAMPLE", "secret"};
    // A program passes std::chrono::system_clock::now().
    const belfry::Timestamp now(1'700'000'000);

    const auto password = belfry::rds_auth_token(credentials, now,
                                                 {.host = "db.example.eu-central-1.rds.amazonaws.com",
                                                  .port = 5432,
                                                  .user = "app",
                                                  .region = "eu-central-1"});
    if (!password) return fail(password.error());
    std::printf("%s\n", password->c_str());

    const auto token =
        belfry::eks_token(credentials, now, {.cluster = "my-cluster", .region = "eu-central-1"});
    if (!token) return fail(token.error());
    std::printf("%s, valid for %d s\n", token->token.c_str(),
                static_cast<int>(token->expiration.seconds - now.seconds));

    const auto form = belfry::presigned_post(
        credentials, now,
        {.url = "https://example-bucket.s3.eu-central-1.amazonaws.com/", .region = "eu-central-1"},
        {.bucket = "example-bucket",
         .key = "uploads/${filename}",
         .content_length = belfry::PostContentLength{.min = 1, .max = 10'000'000},
         .fields = {{"acl", "private"}},
         .starts_with = {{"Content-Type", "image/"}}});
    if (!form) return fail(form.error());
    std::printf("POST %s\n", form->url.c_str());
    for (const belfry::PostField& field : form->fields)
        std::printf("%s=%s\n", field.name.c_str(), field.value.c_str());
}
