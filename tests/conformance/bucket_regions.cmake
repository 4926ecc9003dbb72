# SPDX-License-Identifier: Apache-2.0
# Has botocore make the calls of bucket_regions_test.cpp.

belfry_add_botocore_calls_of_s3(bucket_regions GetObject HeadBucket HeadObject ListObjectsV2 PutObject)
