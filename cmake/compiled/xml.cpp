// SPDX-License-Identifier: Apache-2.0
#include <belfry/impl/src_xml.hpp>
