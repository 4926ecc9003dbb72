# SPDX-License-Identifier: Apache-2.0
"""A sample of all services, others every day, in every protocol that botocore speaks with them.

BELFRY_SAMPLE=30 takes more of them, BELFRY_SAMPLE=all all; BELFRY_SAMPLE_SEED=20300 is the sample of a day.
"""

from __future__ import annotations

import os
import random

import botocore.session
import pytest
from belfry_codegen.commands.catalogue.sample import sample
from botocore.parsers import PROTOCOL_PARSERS
from by_protocol import check_everything, values_for
from runs import SAMPLE_SEED
from services import Case, opened

# Known differences: SimpleDB's empty lists and errors. The others want a token, and botocore has none here.
APART = {"sdb", "account-access-runtime", "codecatalyst"}
SERVICES = sorted(set(botocore.session.Session().get_available_services()) - APART)
OPERATIONS = 3


def _chosen() -> list[str]:
    wanted = os.environ.get("BELFRY_SAMPLE", "6")
    return SERVICES if wanted == "all" else sample(SERVICES, int(wanted), SAMPLE_SEED)


def _cases(service: str) -> list[Case]:
    model = botocore.session.Session().get_service_model(service)
    names = [
        name
        for name in model.operation_names
        # Event streams have separate tests, and botocore supports some of them only over HTTP/2.
        if not (model.operation_model(name).has_event_stream_input)
        and not (model.operation_model(name).has_event_stream_output)
    ]
    chosen = random.Random(f"{service}.{SAMPLE_SEED}").sample(names, min(OPERATIONS, len(names)))
    listed = model.metadata.get("protocols") or [model.protocol]
    return [
        Case(service, "", tuple(chosen), (), protocol, values=values_for(service, protocol))
        for protocol in listed
        if protocol in PROTOCOL_PARSERS and chosen
    ]


@pytest.mark.parametrize("name", _chosen())
def test_random_requests_outputs_and_errors_equal_botocores(name: str) -> None:
    for case in _cases(name):
        with opened(case, disable_request_compression=True) as service:
            check_everything(service, 12, 12, 2)
