# SPDX-License-Identifier: Apache-2.0
# The observer for OpenTelemetry with the exporters of its SDK. Debian does not have the library: see ADR 39.

find_package(opentelemetry-cpp CONFIG QUIET)
if(TARGET belfry_test_support AND TARGET opentelemetry-cpp::metrics AND TARGET opentelemetry-cpp::in_memory_span_exporter)
  belfry_add_catch_test(unit_open_telemetry unit/interop/open_telemetry.cpp)
  target_link_libraries(unit_open_telemetry PRIVATE opentelemetry-cpp::metrics opentelemetry-cpp::trace
                                                    opentelemetry-cpp::in_memory_span_exporter)
else()
  belfry_add_skipped_test(unit_open_telemetry "CMake did not find opentelemetry-cpp with its SDK, which Debian does not have")
endif()
