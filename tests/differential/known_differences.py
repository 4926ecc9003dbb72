# SPDX-License-Identifier: Apache-2.0
"""The intended differences from botocore, and how the comparison allows for exactly these.

test_known_differences.py and the files like it test that each of them still exists; a test's docstring has
its number. The comparison does not allow for those marked (kept out): the random cases avoid them. "We" is
Belfry.

Requests
1. Content-Type of a blob or string payload, and of XML. The protocols require `application/octet-stream`,
   `text/plain` and `application/xml` unless the model gives a media type or binds a member to the header;
   botocore does not send one.
2. An empty list in the query. botocore ends the URL in a `?`; we do not.
3. Capitals in the host, from an endpoint or a host label. Both sign the host in lower case; botocore leaves
   the URL unchanged, we write the signed host there.
4. (kept out) S3 in us-east-1. botocore uses the global endpoint by default; the endpoint rules, and so we,
   use the region's.
5. (kept out) Epoch seconds in the query below 0.0001: botocore writes Python's `1e-06`, we write digits.
6. (kept out) A backslash in a list header. Inside quotes it begins an escape, so that a literal backslash
   must be escaped; botocore escapes only the quotes.
7. (kept out) A label that is empty, `.` or `..`. botocore sends it, and so requests another resource; we
   refuse the parameters.
15. (kept out) Bodies of 10,240 bytes and more that the model allows to compress: botocore compresses them by
    default; we do if a compressor is configured.
16. The media type of form data. The protocol requires `application/x-www-form-urlencoded`; botocore adds a
    `charset`, which that type does not have.
18. (kept out) An empty flattened list. We use the name of its elements, botocore that of the member.
23. SigV4a, the asymmetric signatures that three services list before SigV4. botocore uses them if awscrt is
    installed; we use them if the client has a `SigV4a`, else SigV4, which those services also list.
26. (kept out) Carriage returns in XML. Parsers read them as line breaks unless they are references
    (XML 1.0 section 2.11). We write references; botocore does so only for two operations of S3.
27. `Transfer-Encoding: chunked` of a body with a trailing checksum, in chunks of 1 MiB. We know the length
    before, and our chunks have 64 KiB.
28. `Expect: 100-continue`, which botocore sends to S3. We leave it to the transport.
29. (kept out) botocore's handlers. For S3 they encode encryption keys and add their MD5, encode `CopySource`,
    and check bucket names. For other services they encode
    user data, sign URLs for copies between regions, parse policies, and turn a GET into a POST. We send
    parameters unchanged, and return what was received.
30. (kept out) Checksums by SHA-512 and xxHash, which we refuse without a `ChecksumProvider`, and by MD5,
    which botocore refuses. A caller can give the checksum. `tests/conformance/s3_checksums_test.cpp`
    compares clients with a provider.
31. The payload hash of a streaming body that is sent to S3 over TLS with a given checksum. botocore signs the
    body, unless the checksum is Content-MD5; we send `UNSIGNED-PAYLOAD`, because a source would have to be
    read twice, and TLS protects the body.
32. (kept out) The length of a body as a parameter. botocore signs its header; we check it, and leave the
    header to the transport.
33. The checksum of operations that require one without a member to choose it. Smithy's tests have
    Content-MD5; botocore sends CRC32.
34. (kept out) S3's buckets on a custom endpoint. botocore puts them into the path by default; we follow the
    endpoint rules, which have an option for it.
38. `encoding-type=url` of ListMultipartUploads. botocore asks three other listings of S3 for encoded keys; we
    ask this one, too, and decode them.

Responses
8. (kept out) Status 500 and above with an empty body or HTML: botocore ignores the headers, and so loses the
   code in `x-amzn-errortype` and the request id. We read both.
9. (kept out) A list or map with null elements that the model does not allow: botocore returns None. We leave
   them out, because a `std::vector<std::string>` cannot hold them (Smithy allows both).
10. (kept out) A union variant that the model does not list: botocore returns its name without its value. We
    keep both.
11. (kept out) A value of the wrong type, such as a number for a string: botocore returns it. For us the
    response is malformed.
12. (kept out) A body that is not JSON, with a status of success: botocore treats it as empty. For us the
    response is malformed.
13. (kept out) No body for a payload: botocore returns an empty structure. For us the payload is absent.
14. (kept out) HTML with a status below 500: botocore returns the whole page as the message; we return the
    phrase of the status.
19. (kept out) An error in an envelope of another protocol, as SimpleDB sends it, and a message in `message`:
    botocore does not find the members of the exception or the message. We do.
21. (kept out) awsJson: an error that `x-amzn-errortype` or the body's `code` names. botocore reads only
    `__type`; Smithy's protocol allows all three.
22. (kept out) awsJson: the members of an exception with an error code of the query protocol. botocore looks
    for the code in the model and does not find it; we also look for the exception's name.
24. (kept out) CBOR: the values of a map. botocore returns them unparsed, with members that the model does not
    have; we parse them like all others.
25. (kept out) CBOR: a response without `smithy-protocol: rpc-v2-cbor`. botocore ignores that header; for us
    the response is malformed, as Smithy's protocol requires.
35. An error in a response with a status of success. botocore changes the status to 500; we return the
    received one, and retry it like a 500.
37. An error without a body or a code, or whose message is blank. botocore has no message then, or a blank
    one; we give the reason phrase of the status, the number of a rare one, or words in the response of a
    success.
39. XML whose root element is another document's. botocore does not look at the root's name; for us the
    response is malformed (docs/adr/0021-roots-of-documents.md).
36. Defaults that only a Smithy model has. Smithy requires clients to fill them in for absent members of a
    response; botocore's models do not have them.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from botocore_judge import Request

_PAYLOAD_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}


def expected(operation: Any, params: dict[str, Any], theirs: Request) -> Request:
    """botocore's request with what we do otherwise."""
    headers = dict(theirs.headers)
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload is not None and payload in params:
        usual = _PAYLOAD_TYPES.get(shape.members[payload].type_name)
        if usual is not None:
            headers.setdefault("content-type", usual)
    if operation.service_model.resolved_protocol == "rest-xml" and theirs.body.startswith(b"<"):
        headers.setdefault("content-type", "application/xml")
    if headers.get("content-type") == "application/x-www-form-urlencoded; charset=utf-8":
        headers["content-type"] = "application/x-www-form-urlencoded"
    if "x-amz-trailer" in headers:
        headers.pop("transfer-encoding")
    checksum = operation.http_checksum
    needed = operation.http_checksum_required or checksum.get("requestChecksumRequired")
    if needed and "requestAlgorithmMember" not in checksum and "x-amz-checksum-crc32" in headers:
        del headers["x-amz-checksum-crc32"]
        headers["content-md5"] = base64.b64encode(hashlib.md5(theirs.body).digest()).decode()
    if operation.service_model.service_name == "s3":
        headers.pop("expect", None)
        if (
            operation.has_streaming_input
            and theirs.url.startswith("https:")
            and "x-amz-trailer" not in headers
        ):
            headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    url = _with_small_host(theirs.url).removesuffix("?")
    if operation.name == "ListMultipartUploads" and "EncodingType" not in params:
        url += "&encoding-type=url"
    return replace(theirs, headers=headers, url=url)


def _with_small_host(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(parts.netloc, parts.netloc.lower(), 1)
