// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `LogObserver`, which writes the events of a client's calls and of its credentials to a log.

#include <belfry/call/log_observer.hpp>
