// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Paginator`, the pages of a listing. The headers of operations that have pages include it.

#include <belfry/paging/paginator.hpp>
