// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

namespace belfry::transport_kit {

std::string trusted_certificate_file() { return {}; }

Topic tls_checks() { return {"tls", {}}; }

} // namespace belfry::transport_kit
