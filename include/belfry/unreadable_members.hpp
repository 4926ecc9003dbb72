// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lets a response lose a member that cannot be read, in place of all of it.

#include <belfry/codec/unreadable_members.hpp>
