// SPDX-License-Identifier: Apache-2.0
#include <belfry/jmespath/evaluate.hpp>
#include <belfry/paging/paginator.hpp>
#include <belfry/paging/waiter.hpp>

#include <belfry/jmespath/impl/evaluate.ipp>
#include <belfry/paging/impl/paginator.ipp>
#include <belfry/paging/impl/tokens.ipp>
#include <belfry/paging/impl/waiter.ipp>
