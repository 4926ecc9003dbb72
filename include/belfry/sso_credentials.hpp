// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Credentials of a sign-in by `aws sso login`: `sso_credentials`, which lets `DefaultCredentials` use
/// profiles with one, and `SsoCredentialsSource`.

#include <belfry/identity/profile_sso.hpp>
#include <belfry/identity/sso_source.hpp>
