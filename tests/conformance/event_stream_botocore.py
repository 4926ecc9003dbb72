# SPDX-License-Identifier: Apache-2.0
"""Writes random event streams, whole and broken, with what botocore reads from each of them.

A case is `{"bytes": base64, "messages": [...], "fault": bool}`: the messages before the stream breaks off or
ends, and whether botocore raised. The random choices have a seed, so that the file is the same each time.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

from botocore.eventstream import EventStreamBuffer, ParserError

_SEED = 20260717


def _header_value(chance: random.Random, kind: int) -> bytes:
    size = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}.get(kind)
    if size is not None:
        return chance.randbytes(size)
    if kind == 7:
        text = "".join(chance.choice("aZ09 :/é€𝄞") for _ in range(chance.choice((0, 1, 7, 60))))
        value = text.encode()
        if chance.random() < 0.03:
            value += b"\xff"
    else:
        value = chance.randbytes(chance.choice((0, 1, 33, 400)))
    return struct.pack("!H", len(value)) + value


def _headers(chance: random.Random) -> bytes:
    out = b""
    for number in range(chance.choice((0, 1, 2, 5, 40))):
        name = chance.choice((f"name{number}", f":name-{number}", f"é{number}")).encode()
        if chance.random() < 0.01:
            name = b"name0"
        kind = chance.randrange(10) if chance.random() < 0.995 else chance.randrange(256)
        if kind > 9:
            out += bytes([len(name)]) + name + bytes([kind])
            break
        out += bytes([len(name)]) + name + bytes([kind]) + _header_value(chance, kind)
    return out


def _message(chance: random.Random) -> bytes:
    headers = _headers(chance)
    if chance.random() < 0.02:
        # Cut off within a value, botocore takes what there is.
        headers += b"\x05"
    payload = chance.randbytes(chance.choice((0, 1, 20, 3000)))
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    message = prelude + struct.pack("!I", crc32(prelude)) + headers + payload
    return message + struct.pack("!I", crc32(message))


def _stream(chance: random.Random) -> bytes:
    stream = bytearray(b"".join(_message(chance) for _ in range(chance.choice((1, 1, 2, 4)))))
    harm = chance.random()
    if harm < 0.1:
        stream[chance.randrange(len(stream))] ^= 1 << chance.randrange(8)
    elif harm < 0.15:
        del stream[chance.randrange(len(stream)) :]
    return bytes(stream)


def _plain(value: Any) -> Any:
    return {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _case(stream: bytes) -> dict[str, Any]:
    buffer = EventStreamBuffer()
    buffer.add_data(stream)
    messages = []
    fault = False
    try:
        for message in buffer:
            headers = {name: _plain(value) for name, value in message.headers.items()}
            messages.append({"headers": headers, "payload": base64.b64encode(message.payload).decode()})
    except (ParserError, UnicodeDecodeError, KeyError, struct.error):
        fault = True
    return {"bytes": base64.b64encode(stream).decode(), "messages": messages, "fault": fault}


def main() -> None:
    """Writes the cases to the file that is named first."""
    chance = random.Random(_SEED)
    cases = [_case(_stream(chance)) for _ in range(600)]
    Path(sys.argv[1]).write_text(json.dumps(cases), encoding="utf-8")


if __name__ == "__main__":
    main()
