# SPDX-License-Identifier: Apache-2.0
"""The functions of the endpoint rules language, as `include/belfry/endpoint/functions.hpp` has them.

Smithy's specification: "Rules engine standard library" and "AWS rules engine library functions".
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/]*)(?P<path>.*)\Z", re.DOTALL)
_URL_CHARACTERS = re.compile(r"[!#-;=?-\[\]_a-z~]*\Z")
_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[][^:]*)(?::(?P<port>[0-9]*))?\Z")
_HOST_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}\Z")
_LAST_PORT = 65_535


@dataclass(frozen=True)
class Url:
    """A URL as `parseURL` gives it; the names of the members are those of the language."""

    scheme: str
    authority: str
    path: str
    isIp: bool  # noqa: N815 - the language's name

    @property
    def normalizedPath(self) -> str:  # noqa: N802 - the language's name
        """The path with a slash at its end."""
        return self.path if self.path.endswith("/") else f"{self.path}/"


@dataclass(frozen=True)
class Arn:
    """An ARN as `aws.parseArn` gives it."""

    partition: str
    service: str
    region: str
    accountId: str  # noqa: N815 - the language's name
    resourceId: tuple[str, ...]  # noqa: N815 - the language's name


def parse_url(text: str) -> Url | None:
    """An absolute URL of scheme http or https without query and fragment."""
    parts = _parts(text)
    if parts is None:
        return None
    url, host = parts
    if host.startswith("["):
        return replace(url, isIp=True) if _is_ipv6(host[1:-1]) else None
    return replace(url, isIp=bool(_IPV4.match(host)))


def is_sendable_url(text: str) -> bool:
    """Whether requests can be sent to a URL, which the resolver checks once the rules gave it.

    Whether a host in brackets is an IPv6 address is left to the transport.
    """
    return _parts(text) is not None


def parse_arn(text: str) -> Arn | None:
    """The parts of an ARN, if it has a partition, a service and a resource."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not (parts[1] and parts[2] and parts[5]):
        return None
    return Arn(parts[1], parts[2], parts[3], parts[4], tuple(re.split("[:/]", parts[5])))


def is_host_label(text: str, allow_dots: bool) -> bool:
    """Whether `text` can be a label of a host name (RFC 1123), or several between dots."""
    labels = text.split(".") if allow_dots else [text]
    return all(_HOST_LABEL.match(label) for label in labels)


def is_virtual_hostable_bucket(name: str, allow_dots: bool) -> bool:
    """Whether a bucket of that name can be a part of a host name."""
    if not 3 <= len(name) <= 63 or _IPV4.match(name) or any("A" <= char <= "Z" for char in name):
        return False
    return is_host_label(name, allow_dots)


def substring(text: str, start: int, stop: int, reverse: bool) -> str | None:
    """The characters from `start` to before `stop`, counted from the end for `reverse`; of ASCII only."""
    if not 0 <= start < stop <= len(text) or not text.isascii():
        return None
    return text[len(text) - stop : len(text) - start] if reverse else text[start:stop]


def split(text: str, delimiter: str, limit: int) -> tuple[str, ...] | None:
    """The parts of `text`; at most `limit`, or any number for 0."""
    if not delimiter:
        return None
    return tuple(text.split(delimiter, limit - 1 if limit > 0 else -1))


def _parts(text: str) -> tuple[Url, str] | None:
    """The URL and its host, which may be in brackets."""
    match = _URL.match(text)
    if match is None or "?" in text or "#" in text or not _URL_CHARACTERS.match(text):
        return None
    scheme = match["scheme"].lower()
    place = _HOST_AND_PORT.match(match["authority"].rpartition("@")[2])
    if scheme not in ("http", "https") or place is None or int(place["port"] or 0) > _LAST_PORT:
        return None
    return Url(scheme, match["authority"], match["path"], False), place["host"]


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text
