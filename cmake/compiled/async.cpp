// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/async.hpp>

#include <belfry/async/impl/async.ipp>
