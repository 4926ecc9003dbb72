// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Credentials`, and `CredentialsProvider` for programs that fetch them.

#include <belfry/auth/credentials.hpp>
