# SPDX-License-Identifier: Apache-2.0
"""The intended differences from botocore, and how the comparison allows for exactly these.

test_known_differences.py and the files like it test that each of them still exists; a test's docstring has
its number. The comparison does not allow for those marked (kept out): the random cases avoid them.

Requests
1. Content-Type of a blob or string payload, and of XML. The protocols say `application/octet-stream`,
   `text/plain` and `application/xml` unless the model names a media type or binds a member to the header;
   botocore sends none.
2. A list in the query that is empty. botocore ends the URL in a `?` that nothing follows; we do not.
3. Capitals in the host, from an endpoint or a host label. Both sign the host in lower case; botocore leaves
   the URL as it is, we write there what is signed.
4. (kept out) S3 in us-east-1. botocore begins with the global endpoint unless it is told not to; the endpoint
   rules, and so we, begin with the region's.
5. (kept out) Epoch seconds in the query below 0.0001: botocore writes Python's `1e-06`, we write digits.
6. (kept out) A backslash in a list header. Inside quotes it starts an escape, so that one that is meant must
   be escaped itself; botocore escapes only the quotes.
7. (kept out) A label that is empty, `.` or `..`. botocore sends it, and so asks for another resource; we
   refuse the parameters.
15. (kept out) Bodies of 10,240 bytes and more that the model lets clients compress: botocore compresses them
    unless it is told not to; we do once a compressor is configured.
16. The media type of form data. The protocol says `application/x-www-form-urlencoded`; botocore adds a
    `charset`, for which that type has no parameter.
18. (kept out) An empty list without an element around it. We call it like its elements, since that
    is its name; botocore calls it like the member.
20. `x-amz-api-version` of the operation that tells a service's endpoints. botocore's endpoint discovery sends
    it; we have no such discovery, and no model mentions the header.
23. SigV4a, the asymmetric signatures that three services list before SigV4. botocore makes them where awscrt
    is installed; we sign by SigV4, which those services list, too.
26. (kept out) Carriage returns in XML. Readers take those that are not written as references for line
    breaks (XML 1.0 section 2.11), which is how botocore loses them, but for two operations of S3. We write
    references.
27. `Transfer-Encoding: chunked` of a body that a checksum follows, whose chunks have 1 MiB. We know its
    length beforehand, and our chunks have 64 KiB.
28. `Expect: 100-continue`, by which botocore asks S3 whether it wants the body. That is a transport's
    business.
29. (kept out) What handlers of botocore's own do beside the model. For S3: keys for encryption are encoded
    and their MD5 added, `CopySource` is encoded, lists are asked for with encoded keys, which are then
    decoded, and a bucket's name must look like one. Elsewhere user data is encoded, URLs are signed for
    copies between regions, policies become objects, and one GET a POST. We send what we are given, and tell
    what came.
30. (kept out) Checksums by SHA-512, MD5 and xxHash. We refuse to compute them and say so; a caller who has
    one can give it.
31. The hash of a streaming body that goes to S3 over TLS with a checksum that the caller gives. botocore
    signs it, unless that checksum is Content-MD5; we send `UNSIGNED-PAYLOAD`, since a source would have to be
    read twice, and TLS protects the body.
32. (kept out) A body's length as a parameter. botocore signs its header; we only check it, and leave the
    header to the transport as always.
33. The checksum of operations that need one and have no member to choose it. Smithy's tests have Content-MD5;
    botocore sends CRC32.
34. (kept out) Where S3's buckets go on a server that is named by its URL. botocore puts them into the path
    unless it is told otherwise; we go by the endpoint rules, which have an option for it.

Responses
8. (kept out) 500 and above with an empty body or with HTML: botocore does not look at the headers, and so
   loses the code in `x-amzn-errortype` and the request id. We read both.
9. (kept out) A list or map with null elements where the model does not allow any: botocore returns None. We
   leave them out, since a `std::vector<std::string>` has no place for them (Smithy lets clients do either).
10. (kept out) A union variant that the model does not list: botocore tells its name and loses its value. We
   keep both.
11. (kept out) A value of the wrong type, such as a number for a string: botocore hands it on. To us the
   response is malformed.
12. (kept out) A body that is not JSON, with a status of success: botocore takes it for an empty one. To us
the
   response is malformed.
13. (kept out) No body where a payload is due: botocore makes an empty structure of it. For us the
   payload is absent.
14. (kept out) HTML with a status below 500: botocore gives the whole page as the message; we give the status'
   own phrase.
19. (kept out) An error in an envelope that its protocol does not have, as SimpleDB sends them, and a message
    in `message`: botocore finds no members of the exception, and no message. We do.
21. (kept out) awsJson: an error that `x-amzn-errortype` or the body's `code` names. botocore reads `__type`
    alone; Smithy's protocol allows all three.
22. (kept out) awsJson: the members of an exception behind an error code of the query protocol. botocore looks
    for the code in the model and so finds none; we go by the exception's name, too.
24. (kept out) CBOR: what is in a map. botocore hands it on unread, members that the model does not know
    included; we read it as we read everything else.
25. (kept out) CBOR: a response without `smithy-protocol: rpc-v2-cbor`. botocore does not look at that header;
    to us the response is malformed, as Smithy's protocol says.
35. An error in a response with a status of success. botocore gives it the status 500; we tell the one that
    came, and retry it like one with 500.
36. Defaults that only a Smithy model has. Smithy has clients fill them in where a response leaves a member
    out; botocore's models do not know them.
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
    if operation.is_endpoint_discovery_operation:
        headers.pop("x-amz-api-version", None)
    return replace(theirs, headers=headers, url=_with_small_host(theirs.url).removesuffix("?"))


def _with_small_host(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(parts.netloc, parts.netloc.lower(), 1)
