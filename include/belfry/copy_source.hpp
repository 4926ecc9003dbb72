// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The source of a copy in Amazon S3, encoded as the service asks for.

#include <belfry/util/copy_source.hpp>
