# SPDX-License-Identifier: Apache-2.0
# Has botocore make the requests of s3_express_test.cpp.

belfry_add_botocore_calls_of_s3(s3_express DeleteObjects GetObject HeadObject ListObjectsV2 PutObject)
