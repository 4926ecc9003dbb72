# SPDX-License-Identifier: Apache-2.0
# The programs with fakes that botocore calls in test_*.py. Where something is missing one is not built, and the reason
# left in NAME.skipped for its test.
function(belfry_add_fakes_program name)
  set(skipped "${CMAKE_CURRENT_BINARY_DIR}/${name}.skipped")
  list(FIND belfry_test_components beast has_beast)
  if(has_beast EQUAL -1 OR NOT TARGET belfry::beast OR NOT TARGET belfry::xml)
    file(WRITE "${skipped}" "Boost or pugixml is not installed, or does not fit the standard library")
    message(STATUS "${name} is not built: no Boost or pugixml")
    return()
  endif()
  file(REMOVE "${skipped}")
  add_executable(${name} fakes/${name}.cpp)
  target_link_libraries(${name} PRIVATE belfry::belfry belfry::beast belfry::xml belfry_warnings Threads::Threads)
endfunction()

belfry_add_fakes_program(fake_servers)
belfry_find_botocore_models(models)
if(models)
  belfry_add_fakes_program(event_servers)
else()
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/event_servers.skipped" "botocore is not installed")
endif()
if(TARGET event_servers)
  foreach(service_and_operations "s3 SelectObjectContent" "kinesis SubscribeToShard" "logs StartLiveTail"
                                 "bedrock-runtime ConverseStream InvokeModelWithResponseStream")
    separate_arguments(words UNIX_COMMAND "${service_and_operations}")
    list(POP_FRONT words service)
    belfry_generate(TARGET event_servers_${service} SERVICE ${service} MODELS_DIR "${models}" HEADER_ONLY
                    OPERATIONS ${words})
    target_link_libraries(event_servers PRIVATE event_servers_${service})
  endforeach()
endif()
