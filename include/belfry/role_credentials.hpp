// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Credentials of roles by AWS STS: `role_credentials`, which lets `DefaultCredentials` use profiles that
/// assume one, `AssumeRoleSource` and `WebIdentitySource`. Needs pugixml (`belfry::xml`), because STS answers
/// in XML.

#include <belfry/identity/assume_role.hpp>
#include <belfry/identity/profile_role.hpp>
#include <belfry/identity/profile_sso.hpp>
#include <belfry/identity/sso_source.hpp>
#include <belfry/identity/web_identity.hpp>
