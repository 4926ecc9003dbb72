# SPDX-License-Identifier: Apache-2.0
"""Writes url_cases.json: the parts of URLs by Python's urllib.parse, and botocore's `Host` for them.

Run it again only to change the cases:  python3 make_url_cases.py [SEED [COUNT [OUT]]]
It needs botocore. The fixed cases are the examples of RFC 3986, and URLs that seem to have another host.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import _host_from_url

HERE = Path(__file__).parent

# RFC 3986, appendix B.
PARTS = re.compile(r"^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")

FIXED = [
    # RFC 3986, section 1.1.2.
    "ftp://ftp.is.co.za/rfc/rfc1808.txt",
    "http://www.ietf.org/rfc/rfc2396.txt",
    "ldap://[2001:db8::7]/c=GB?objectClass?one",
    "mailto:John.Doe@example.com",
    "news:comp.infosystems.www.servers.unix",
    "tel:+1-816-555-1212",
    "telnet://192.0.2.16:80/",
    "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
    # Section 3.
    "foo://example.com:8042/over/there?name=ferret#nose",
    "urn:example:animal:ferret:nose",
    # Section 5.4: results of resolving references.
    "g:h",
    "http://a/b/c/g",
    "http://a/b/c/g/",
    "http://a/g",
    "http://g",
    "http://a/b/c/d;p?y",
    "http://a/b/c/g?y#s",
    "http://a/b/c/;x",
    "http://a/b/c/g;x?y#s",
    "http://a/b/c/g?y/./x",
    "http://a/b/c/g#s/../x",
    # Section 6.2.
    "example://a/b/c/%7Bfoo%7D",
    "eXAMPLE://a/./b/../b/%63/%7bfoo%7d",
    "HTTP://www.EXAMPLE.com/",
    "http://example.com",
    "http://example.com:/",
    "http://example.com:80/",
    # Section 7.6, and others like it: a user that looks like a host.
    "ftp://cnn.example.com&story=breaking_news@10.0.0.1/top_story.htm",
    "http://localhost:x@evil.example/",
    "http://localhost:80@evil.example/",
    "http://localhost@evil.example:80",
    "http://localhost:80@evil.example@other.example/",
    "http://localhost\\@evil.example/",
    "http://evil.example#@localhost/",
    "http://evil.example?@localhost/",
    "http://evil.example/@localhost/",
    "http://evil.example:80#:443@localhost/",
    "http://[::1]@evil.example/",
    "http://user:[::1]@evil.example/",
    "http://localhost.evil.example/",
    # Not a URL with a host.
    "",
    "http",
    "http:",
    "http:/",
    "http://",
    "http:///x",
    "http://?q",
    "http://#f",
    "http://@",
    "http://user@",
    "http://:80",
    "http://user@:80/",
    "https:a",
    "//a/b",
    "://a",
    "+http://a",
    "a/http://b",
    "http ://a",
    "host:80",
    # Ports and addresses.
    "http://a:x",
    "http://a:-1",
    "http://a:+1",
    "http://a:65535",
    "http://a:65536",
    "http://a:0",
    "http://a:99999999999999999999",
    "http://a:1:2",
    "http://[::1",
    "http://::1]",
    "http://[::1]",
    "http://[::1]:",
    "http://[::1]:8080/x",
    "http://[::1]8080/x",
    "http://[::1]]",
    "http://[::1]:x",
    "http://[2001:DB8::192.0.2.1]/?a",
    "http://user:secret@[::1]:81/x",
    "http://a?b/c",
    "http://a?",
    "http://a/?",
    "http://a/#",
    "http://a?#b?c",
    "https://a//b//?c=//d",
]

SCHEMES = ["http", "https", "HTTPS", "s3+http", "x-1.y", "h_p", ""]
USERS = ["", "", "", "me@", "me:secret@", "a.example:80@", "@", "a@b@", "%40@"]
HOSTS = ["a", "A.Example", "127.0.0.1", "[::1]", "[fe80::1:2]", "b-1.c.", "", "a~b", "x_y"]
PORTS = ["", "", "", ":", ":80", ":443", ":8080", ":65536", ":8x"]
PATHS = ["", "", "/", "/a/b", "//a", "/a@b:c", "/a%2Fb/../c//", "/:80@"]
QUERIES = ["", "", "?", "?a=b", "?a/b?c=@:80", "?a=%20+&b"]
FRAGMENTS = ["", "", "#", "#f", "#/a?b@c"]


def expected(url: str) -> dict[str, Any] | None:
    """The parts of an absolute URL with a host; None for another text."""
    match = PARTS.match(url)
    assert match is not None
    scheme = match[2]
    if scheme is None or match[3] is None or SCHEME.fullmatch(scheme) is None:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    # urllib lets anything stand between an address and the port; RFC 3986 section 3.2 does not.
    if not host or re.search(r"\][^:]", parts.netloc.rpartition("@")[2]):
        return None
    path, query = match[5], match[7] or ""
    authority = match[4]
    split = (parts.scheme, parts.netloc, parts.path, parts.query)
    assert split == (scheme.lower(), authority, path, query), (url, split)
    return {
        "scheme": scheme,
        "authority": authority,
        "user": parts.username is not None,
        "host": host,
        "port": port,
        "path": path,
        "query": query,
        "has_query": match[6] is not None,
        "header": _host_from_url(url),
    }


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    out = Path(sys.argv[3]) if len(sys.argv) > 3 else HERE / "url_cases.json"
    rng = random.Random(seed)
    urls = list(FIXED)
    while len(urls) < len(FIXED) + count:
        authority = "".join(rng.choice(part) for part in (USERS, HOSTS, PORTS))
        rest = "".join(rng.choice(part) for part in (PATHS, QUERIES, FRAGMENTS))
        url = f"{rng.choice(SCHEMES)}://{authority}{rest}"
        if url not in urls:
            urls.append(url)
    lines = ",\n".join(json.dumps({"url": url, "parts": expected(url)}) for url in urls)
    out.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
