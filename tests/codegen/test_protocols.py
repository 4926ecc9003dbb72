# SPDX-License-Identifier: Apache-2.0
"""Which protocol is spoken with a service that lists several: the one that botocore speaks."""

from __future__ import annotations

import pytest
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.protocols import PREFERENCE, best_protocol, choose_protocol
from belfry_codegen.readers.models import read_service, services
from support import botocore_data

model = pytest.importorskip("botocore.model", reason="botocore, the judge, is not installed")


def test_the_order_is_botocores_among_what_botocore_speaks() -> None:
    theirs = list(model.PRIORITY_ORDERED_SUPPORTED_PROTOCOLS)
    assert [protocol for protocol in PREFERENCE if protocol in theirs] == theirs
    assert set(PREFERENCE) - set(theirs) == {"smithy-rpc-v2-json"}


def test_every_service_speaks_what_botocore_speaks_with_it() -> None:
    session = pytest.importorskip("botocore.session").get_session()
    data = botocore_data()
    several = 0
    for name, _ in services(data):
        service = read_service(data, name)
        theirs = session.get_service_model(name)
        assert choose_protocol(service).protocol == theirs.resolved_protocol, name
        assert list(service.protocols) == (theirs.metadata.get("protocols") or [theirs.protocol]), name
        for protocol in service.protocols:
            assert choose_protocol(service, protocol).protocol == protocol
        several += len(service.protocols) > 1
    assert several >= 41


@pytest.mark.parametrize(
    ("listed", "wanted", "words"),
    [
        (("json", "query"), "jsn", ("tower", "'jsn'", "did you mean 'json'", "json, query")),
        (("json", "query"), "ec2", ("tower", "'ec2'", "json, query")),
        (("carrier-pigeon",), None, ("tower", "carrier-pigeon", "rest-json")),
    ],
)
def test_a_protocol_that_cannot_be_is_told_with_those_that_can(
    listed: tuple[str, ...], wanted: str | None, words: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError) as fault:
        best_protocol(listed, "tower", wanted)
    for word in words:
        assert word in str(fault.value)
