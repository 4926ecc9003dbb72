# SPDX-License-Identifier: Apache-2.0
"""Has botocore sign random URLs for CloudFront, with keys of the package `cryptography`.

    python cloudfront_botocore.py OUTPUT_JSON

The URLs are the same in each run, the keys are not. `cloudfront_test.cpp` signs the URLs again: signatures of
RSA are compared, those of ECDSA, which are different each time, are verified.
"""

from __future__ import annotations

import datetime
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

CASES = 400
PASSPHRASE = "pass phrase \u00e9"

TEXTS = [
    "a",
    "with space",
    "a+b",
    "a/b",
    "100%",
    "%2F",
    "it's",
    'a "b"',
    "\u00e9\u1234\U0001f514",
    "back\\slash",
    "{[<>]}",
    "star*",
    "question?hash#",
]
# Characters that a URL may have as they are.
RAW = ["a:b@c", "x=y", "a;b,c", "(1)!", "~user", "$&+"]
HOSTS = ["d111111abcdef8.cloudfront.net", "cdn.example.com:8443", "Example.TEST", "[::1]"]
PARAMETERS = ["size", "expires", "Policy2", "x-Signature", "Key-Pair-Ids", "q"]
ADDRESSES = ["192.0.2.1", "0.0.0.0/0", "203.0.113.0/24", "255.255.255.255/32"]
RESOURCES = [
    "https://d111111abcdef8.cloudfront.net/*",
    "http*://cdn.example.com/videos/part-???.ts",
    "*",
    "https://*/a%20b/*.jpg?size=*&q=%22",
]
KEY_IDS = ["K2JCJMDEHXQW5F", "APKA-old_style", "K"]


def random_url(dice: random.Random) -> str:
    """An absolute URL whose path and query are percent-encoded."""
    segments = [
        dice.choice(RAW) if dice.random() < 0.3 else quote(dice.choice(TEXTS), safe="")
        for _ in range(dice.randrange(5))
    ]
    pairs = [
        f"{name}={quote(dice.choice(TEXTS), safe='')}"
        for name in dice.sample(PARAMETERS, dice.choice([0, 0, 1, 3]))
    ]
    query = "?" + "&".join(pairs) if pairs else ""
    return f"{dice.choice(['https', 'http'])}://{dice.choice(HOSTS)}/{'/'.join(segments)}{query}"


def random_time(dice: random.Random) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(dice.randrange(1, 5_000_000_000), datetime.UTC)


def make_case(dice: random.Random, sign_with: dict[str, Callable[[bytes], bytes]]) -> dict[str, Any]:
    """One URL and what botocore makes of it, with a canned or a custom policy."""
    url, key_id, fragment = random_url(dice), dice.choice(KEY_IDS), dice.choice(["", "", "#part-2"])
    texts: list[bytes] = []
    chosen = dice.choice(list(sign_with))

    def sign(message: bytes) -> bytes:
        texts.append(message)
        return sign_with[chosen](message)

    signer = CloudFrontSigner(key_id, sign)
    expires = random_time(dice)
    case: dict[str, Any] = {
        "url": url + fragment,
        "key_id": key_id,
        "hash": chosen,
        "expires": int(expires.timestamp()),
        "fragment": fragment,
    }
    if dice.random() < 0.5:
        signed = signer.generate_presigned_url(url, date_less_than=expires)
    else:
        resource = dice.choice([url, *RESOURCES])
        starts = dice.choice([None, random_time(dice)])
        if starts is not None and starts >= expires:
            starts = None
        address = dice.choice([None, *ADDRESSES])
        policy = signer.build_policy(resource, expires, starts, address)
        signed = signer.generate_presigned_url(url, policy=policy)
        case["resource"] = "" if resource == url else resource
        case["starts"] = None if starts is None else int(starts.timestamp())
        case["address"] = address or ""
    case["expected"] = signed
    case["policy"] = texts[0].decode()
    return case


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: str) -> str:
    encoding: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if form == "encrypted":
        encoding = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    kind = serialization.PrivateFormat.TraditionalOpenSSL
    if form != "traditional":
        kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, encoding).decode()


def public_pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def main(arguments: list[str]) -> int:
    """Writes the keys and the cases to the file named by the only argument."""
    dice = random.Random("cloudfront")
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    curve_key = ec.generate_private_key(ec.SECP256R1())
    sign_with = {
        "sha1": lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA1()),
        "sha256": lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA256()),
    }
    forms = ["traditional", "pkcs8", "encrypted"]
    output = {
        "passphrase": PASSPHRASE,
        "rsa": {form: pem_of(key, form) for form in forms},
        "ecdsa": {form: pem_of(curve_key, form) for form in forms},
        "ecdsa_public": public_pem_of(curve_key),
        "refused": {
            "RSA of 3072 bits": pem_of(rsa.generate_private_key(65_537, 3072), "pkcs8"),
            "ECDSA on P-384": pem_of(ec.generate_private_key(ec.SECP384R1()), "pkcs8"),
            "ECDSA on secp256k1": pem_of(ec.generate_private_key(ec.SECP256K1()), "pkcs8"),
            "a public key": public_pem_of(key),
        },
        "cases": [make_case(dice, sign_with) for _ in range(CASES)],
    }
    Path(arguments[0]).write_text(json.dumps(output, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
