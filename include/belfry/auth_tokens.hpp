// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Tokens that other systems take in place of a password: `rds_auth_token`, `dsql_auth_token`, `eks_token`.

#include <belfry/presign/auth_tokens.hpp>
