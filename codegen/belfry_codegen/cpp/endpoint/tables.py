# SPDX-License-Identifier: Apache-2.0
"""The words and the text of a compiled rule set, as `belfry/endpoint/program.hpp` describes them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

from belfry_codegen.model.errors import BelfryError

WORD_LIMIT = 0x10000
SLOT_LIMIT = 64


class EndpointRulesError(BelfryError):
    """An error in a rule set, with its place."""

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        self.what = what
        super().__init__(f"{where}: {what}")


class Code(enum.IntEnum):
    """`detail::EndpointCode`"""

    UNUSED = 0
    STRING = 1
    NO = 2
    YES = 3
    INTEGER = 4
    STRINGS = 5
    SLOT = 6
    ATTRIBUTE = 7
    ELEMENT = 8
    CONCATENATION = 9
    JSON = 10
    IS_SET = 11
    NOT_ = 12
    STRING_EQUALS = 13
    BOOLEAN_EQUALS = 14
    SUBSTRING = 15
    URI_ENCODE = 16
    PARSE_URL = 17
    VALID_HOST_LABEL = 18
    PARTITION = 19
    PARSE_ARN = 20
    VIRTUAL_HOSTABLE = 21
    SPLIT = 22
    IF_ELSE = 23
    COALESCE = 24
    TREE = 25
    ERROR = 26
    ENDPOINT = 27
    AUTH_SCHEME = 28


class Attribute(enum.IntEnum):
    """`detail::EndpointAttribute`"""

    PARTITION_NAME = 0
    PARTITION_DNS_SUFFIX = 1
    PARTITION_DUAL_STACK_DNS_SUFFIX = 2
    PARTITION_IMPLICIT_GLOBAL_REGION = 3
    PARTITION_SUPPORTS_FIPS = 4
    PARTITION_SUPPORTS_DUAL_STACK = 5
    URL_SCHEME = 6
    URL_AUTHORITY = 7
    URL_PATH = 8
    URL_NORMALIZED_PATH = 9
    URL_IS_IP = 10
    ARN_PARTITION = 11
    ARN_SERVICE = 12
    ARN_REGION = 13
    ARN_ACCOUNT_ID = 14
    ARN_RESOURCE_ID = 15


class Tables:
    """Collects words and text; equal ones are stored once."""

    def __init__(self) -> None:
        self.words: list[int] = [Code.UNUSED]
        self.text = b""
        self._nodes: dict[tuple[int, ...], int] = {}
        self._texts: dict[bytes, int] = {}

    def add_text(self, text: str, where: str) -> tuple[int, int]:
        """Offset and length of the text."""
        data = text.encode("utf-8", errors="surrogatepass")
        if data.decode("utf-8", errors="replace") != text:
            raise EndpointRulesError(where, "the text contains half of a surrogate pair")
        offset = self._texts.get(data)
        if offset is None:
            offset = self.text.find(data)
            if offset < 0:
                offset = len(self.text)
                self.text += data
            self._texts[data] = offset
        if offset + len(data) >= WORD_LIMIT:
            raise EndpointRulesError(where, f"the rule set has more than {WORD_LIMIT} bytes of text")
        return offset, len(data)

    def add_node(self, words: Iterable[int], where: str) -> int:
        """The index of the node."""
        node = tuple(word & 0xFFFF for word in words)
        place = self._nodes.get(node)
        if place is None:
            place = self._nodes[node] = self.append(node, where)
        return place

    def append(self, words: Sequence[int], where: str) -> int:
        """Appends words that are not shared, and returns their index."""
        place = len(self.words)
        self.words.extend(words)
        if len(self.words) > WORD_LIMIT:
            raise EndpointRulesError(where, f"the compiled rule set has more than {WORD_LIMIT} words")
        return place
