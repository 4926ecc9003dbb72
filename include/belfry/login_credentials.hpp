// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Credentials of a sign-in by `aws login`: `LoginCredentials`, which lets `DefaultCredentials` use profiles
/// with one, and `LoginCredentialsSource`.

#include <belfry/identity/login_source.hpp>
#include <belfry/identity/profile_login.hpp>
