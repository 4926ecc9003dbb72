// SPDX-License-Identifier: Apache-2.0
#include <belfry/separate_compilation_xml.hpp>
