# SPDX-License-Identifier: Apache-2.0
# Has botocore make the calls of endpoint_discovery_test.cpp, and generates the clients that make them again.

if(TARGET conformance_endpoint_discovery)
  belfry_add_botocore_output(endpoint_discovery)
  if(belfry_botocore_models)
    belfry_generate(TARGET conformance_endpoint_discovery_timestream SERVICE timestream-query HEADER_ONLY
                    MODELS_DIR "${belfry_botocore_models}"
                    OPERATIONS DescribeAccountSettings DescribeEndpoints ListScheduledQueries)
    belfry_generate(TARGET conformance_endpoint_discovery_dynamodb SERVICE dynamodb HEADER_ONLY
                    MODELS_DIR "${belfry_botocore_models}"
                    OPERATIONS DescribeEndpoints DescribeLimits ListExports ListTables)
    target_link_libraries(conformance_endpoint_discovery PRIVATE conformance_endpoint_discovery_timestream
                                                                 conformance_endpoint_discovery_dynamodb)
  endif()
endif()
