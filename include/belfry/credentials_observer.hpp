// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `CredentialsObserver`, which sees when cached credentials are fetched, and why that fails.

#include <belfry/auth/credentials_observer.hpp>
