# SPDX-License-Identifier: Apache-2.0
# Programs that call real servers; tests/servers/test_*.py starts the servers and runs them. Their headers come from
# botocore's models, which the test Python brings.

# belfry_add_server_program(NAME SERVICE [PROTOCOL protocol] [SOURCES file...] OPERATIONS operation...): servers_NAME
# from SERVICE_round_trip.cpp or the files that are named. Where something is missing it is not built, and the reason
# left in servers_NAME.skipped for the test, which fails without either.
function(belfry_add_server_program name service)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "PROTOCOL" "SOURCES;OPERATIONS")
  if(NOT arg_SOURCES)
    set(arg_SOURCES ${service}_round_trip.cpp)
  endif()
  belfry_find_botocore_models(models)
  set(skipped "${CMAKE_CURRENT_BINARY_DIR}/servers_${name}.skipped")
  if(NOT models OR NOT TARGET belfry::curl OR NOT TARGET belfry::xml OR NOT TARGET Catch2::Catch2)
    file(WRITE "${skipped}" "botocore, libcurl, pugixml or Catch2 is not installed")
    message(STATUS "servers_${name} is not built: no botocore, libcurl, pugixml or Catch2")
    return()
  endif()
  file(REMOVE "${skipped}")
  belfry_generate(TARGET servers_${name}_headers SERVICE ${service} MODELS_DIR "${models}" PROTOCOL "${arg_PROTOCOL}"
                  OPERATIONS ${arg_OPERATIONS})
  list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/servers/")
  add_executable(servers_${name} ${arg_SOURCES})
  target_link_libraries(servers_${name} PRIVATE servers_${name}_headers belfry_test_support)
endfunction()

belfry_add_server_program(
  lambda lambda OPERATIONS CreateFunction GetFunction ListFunctions DeleteFunction TagResource ListTags
  UpdateFunctionConfiguration)
belfry_add_server_program(
  dynamodb dynamodb OPERATIONS BatchGetItem BatchWriteItem CreateTable DeleteTable DescribeTable GetItem PutItem Query
  Scan TransactWriteItems UpdateItem)
belfry_add_server_program(kms kms OPERATIONS CreateKey Decrypt DescribeKey Encrypt GenerateDataKey ListKeys)
belfry_add_server_program(
  sqs sqs OPERATIONS CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListQueues ReceiveMessage
  SendMessage SendMessageBatch)
belfry_add_server_program(
  logs logs OPERATIONS CreateLogGroup CreateLogStream GetLogEvents PutLogEvents)
belfry_add_server_program(sts sts OPERATIONS AssumeRole GetCallerIdentity GetSessionToken)
belfry_add_server_program(
  iam iam OPERATIONS CreateAccessKey CreateUser DeleteUser GetUser ListUserTags ListUsers TagUser)
belfry_add_server_program(
  ec2 ec2 OPERATIONS CreateTags DescribeImages DescribeInstances DescribeRegions RunInstances TerminateInstances)
# One service in two of the protocols that its model lists; moto does not speak the third.
foreach(protocol json query)
  belfry_add_server_program(
    cloudwatch_${protocol} cloudwatch PROTOCOL ${protocol} OPERATIONS DeleteAlarms DescribeAlarms GetDashboard
    GetMetricData GetMetricStatistics ListMetrics PutDashboard PutMetricAlarm PutMetricData)
endforeach()
belfry_add_server_program(
  s3 s3 SOURCES s3_calls.cpp s3_round_trip.cpp OPERATIONS AbortMultipartUpload CompleteMultipartUpload CopyObject
  CreateBucket CreateMultipartUpload DeleteBucket DeleteObject DeleteObjects GetObject GetObjectTagging HeadBucket
  HeadObject ListBuckets ListMultipartUploads ListObjectsV2 ListParts PutObject PutObjectTagging UploadPart
  UploadPartCopy)
belfry_add_server_program(
  s3_select s3 SOURCES s3_select_round_trip.cpp OPERATIONS CreateBucket PutObject SelectObjectContent)

# The golden tower's streams of events, whose server comes with the tests.
foreach(name IN ITEMS event_stream async_event_stream)
  set(skipped "${CMAKE_CURRENT_BINARY_DIR}/servers_${name}.skipped")
  if(TARGET belfry::nghttp2 AND TARGET belfry::curl AND TARGET Catch2::Catch2)
    file(REMOVE "${skipped}")
    add_executable(servers_${name} "${PROJECT_SOURCE_DIR}/tests/servers/${name}_round_trip.cpp")
    target_link_libraries(servers_${name} PRIVATE belfry_test_support)
  else()
    file(WRITE "${skipped}" "nghttp2, libcurl or Catch2 is not installed")
    message(STATUS "servers_${name} is not built: no nghttp2, libcurl or Catch2")
  endif()
endforeach()
