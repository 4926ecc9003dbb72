# SPDX-License-Identifier: Apache-2.0
"""The example that needs a server: examples/streaming_s3.cpp on moto."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

botocore_session = pytest.importorskip("botocore.session", reason="botocore is not installed")

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
BUCKET = "belfry-example"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the example; skips the test when examples/CMakeLists.txt says why it is not built."""
    build = Path(os.environ.get("BELFRY_BUILD_DIR", ROOT / "build" / "ci"))
    program = build / "examples" / "example_streaming_s3"
    reason = program.with_suffix(".skipped")
    if reason.is_file():
        pytest.skip(f"{program.name} is not built: {reason.read_text()}")
    return subprocess.run(
        [str(program), *arguments],
        env={**os.environ, **KEYS},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_file_stored_in_s3_is_read_back_equal(moto: str, tmp_path: Path) -> None:
    s3 = botocore_session.get_session().create_client(
        "s3", "us-east-1", endpoint_url=moto, aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret"
    )
    s3.create_bucket(Bucket=BUCKET)
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.write_bytes(os.urandom(1 << 20) + b"the end")
    done = run(BUCKET, "a/key", str(original), str(copy), moto)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "uploaded 1048583 bytes\ndownloaded 1048583 bytes, checksum verified\n"
    assert copy.read_bytes() == original.read_bytes()
    assert s3.get_object(Bucket=BUCKET, Key="a/key")["Body"].read() == original.read_bytes()


def test_missing_bucket_is_an_error_that_names_it(moto: str, tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.write_bytes(b"x")
    done = run("no-such-bucket", "key", str(original), str(tmp_path / "copy"), moto)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("upload: NoSuchBucket: ")
