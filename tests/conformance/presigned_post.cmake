# SPDX-License-Identifier: Apache-2.0
# Has botocore sign the forms of presigned_post_test.cpp, and generates the S3 client that signs them again. Without
# botocore or an XML parser, that part is listed as skipped.

if(TARGET conformance_presigned_post AND TARGET belfry::xml)
  belfry_add_botocore_output(presigned_post)
  if(belfry_botocore_models)
    belfry_generate(TARGET conformance_presigned_post_s3 SERVICE s3 MODELS_DIR "${belfry_botocore_models}" HEADER_ONLY
                    OPERATIONS HeadBucket PutObject)
    target_link_libraries(conformance_presigned_post PRIVATE conformance_presigned_post_s3)
  endif()
elseif(TARGET conformance_presigned_post)
  belfry_add_skipped_test(conformance_presigned_post_botocore "pugixml is not installed")
endif()
