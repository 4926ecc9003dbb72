# SPDX-License-Identifier: Apache-2.0
"""Compares the headers of Chime SDK Voice from its Smithy model and from botocore's model.

The two models have different dates and purposes. Every difference is listed below with its reason; everything
else must give the same headers, byte for byte, and an obsolete entry is a failure.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model import ir
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import services
from support import ROOT

NAME = "chime-sdk-voice"

# Facts that headers do not show: botocore's value stays, and the headers come out the same.
INVISIBLE = {
    r"\.shape_name": "botocore says it where a protocol needs it",
    r".*\.xml\.name": "botocore writes the names of labels, and Smithy those of XML elements; this is JSON",
    r".*\.error\.sender_fault": "botocore leaves it out where the status says so",
    r".*\.enum_values\(.*\)\.name": "botocore has only the values",
    r"\.operations\[\w+\]\.http\.status": "botocore leaves out 200",
    r"\.endpoint_rules.*": "types in capitals, and documentation; the rules are the same",
}
_PAGED = (
    "PhoneNumberOrders|PhoneNumbers|ProxySessions|VoiceConnectorGroups|VoiceConnectors|VoiceProfileDomains"
)
_WITH_ERRORS = (
    "CreateVoiceConnectorGroup|(Get|Put)SipMediaApplicationAlexaSkillConfiguration|ListSipRules"
    "|PutVoiceConnectorOrigination|ValidateE911Address"
)
_OTHER_REQUIRED = "CreateSipRuleRequest|UpdateGlobalSettingsRequest|VoiceConnectorItem"
_NEW_MEMBERS = "NetworkType|PhoneNumberArn|FocDate|IntegrationType|CallDistributionType"
# Facts that only one of the models has: Smithy's value is taken over before the headers are compared.
LACKING = {
    rf"\.operations\[(List({_PAGED}|VoiceProfiles)|SearchAvailablePhoneNumbers)\]\.paginator": (
        "botocore's paginators-1.json has only a few of the paginators"
    ),
    r"\.operations\[\w*(ProxySessions?|VoiceConnectorProxy)\]\.deprecated": (
        "botocore's model is newer and calls proxy sessions deprecated"
    ),
    r"\.operations\[\w+\]\.deprecated\.message": "`update` leaves out botocore's prose",
    rf"\.operations\[({_WITH_ERRORS})\]\.errors": "botocore's model is newer and has more exceptions",
    r"\.shapes\[\w+\]\.pattern": "Smithy's patterns have the anchors that botocore's lack",
    r"\.shapes\[\w+\]\.limits\.minimum": "botocore leaves out a minimum of 0",
    r"\.shapes\[\w+\]\.members\(\w+\)\.default": "botocore's models have no defaults",
    rf"\.shapes\[({_OTHER_REQUIRED})\]\.members\(\w+\)\.required": (
        "the models' days differ: inputs that became required, and an output that no longer is"
    ),
    r"\.shapes\[(CallDistributionType|NetworkType|S3BucketName|VoiceConnectorId)\]": (
        "botocore's model is newer and has these types"
    ),
    rf"\.shapes\[\w+\]\.members\(({_NEW_MEMBERS})\)": "botocore's model is newer and has these members",
    r"\.shapes\[\w+\]\.members\((VoiceConnectorId|CdrBucket|NextToken)\)\.target": (
        "botocore's model is newer: strings with limits of their own"
    ),
    r"\.shapes\[ErrorCode\]\.enum_values\(Validation\)": "botocore's model is newer and has this value",
    r"\.shapes\[\w+Exception\]\.members\((Code|Message)\)": (
        "botocore's model lacks the exceptions' members, which our overlay adds"
    ),
}


def shared() -> Path:
    folder = Path(os.environ.get("BELFRY_SHARED") or ROOT.parent / "shared") / "models" / "smithy"
    if not folder.is_dir():
        pytest.skip(f"no conformance data in {folder}")
    return folder


class _Merge:
    """Walks two services at the same time."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.unexplained: list[str] = []

    def merged(self, where: str, ours: Any, smithy: Any) -> Any:
        """Botocore's value with Smithy's where botocore lacks something."""
        if ours == smithy:
            return ours
        if is_dataclass(ours) and not isinstance(ours, type) and type(ours) is type(smithy):
            values = {
                f.name: self.merged(f"{where}.{f.name}", getattr(ours, f.name), getattr(smithy, f.name))
                for f in fields(ours)
            }
            return replace(ours, **values)
        if isinstance(ours, Mapping) and isinstance(smithy, Mapping) and not where.startswith(".endpoint"):
            return self._merged_mapping(where + "[{}]", ours, smithy)
        if where.endswith((".members", ".enum_values")):
            before, after = ({_key(item): item for item in items} for items in (ours, smithy))
            return tuple(self._merged_mapping(where + "({})", before, after).values())
        return self._decided(where, ours, smithy)

    def _merged_mapping(
        self, where: str, ours: Mapping[str, Any], smithy: Mapping[str, Any]
    ) -> dict[str, Any]:
        found = {}
        for key in (*ours, *(key for key in smithy if key not in ours)):
            place = where.format(key)
            if key in ours and key in smithy:
                found[key] = self.merged(place, ours[key], smithy[key])
            else:
                kept = self._decided(place, ours.get(key), smithy.get(key))
                if kept is not None:
                    found[key] = kept
        return found

    def _decided(self, where: str, ours: Any, smithy: Any) -> Any:
        for rules, value in ((INVISIBLE, ours), (LACKING, smithy)):
            for pattern in rules:
                if re.fullmatch(pattern, where):
                    self.used.add(pattern)
                    return value
        self.unexplained.append(f"{where}: {ours!r} in botocore's, {smithy!r} in Smithy's")
        return ours


def _key(item: ir.Member | ir.EnumValue) -> str:
    return item.name if isinstance(item, ir.Member) else item.value


def test_both_formats_of_chime_give_the_same_headers(tmp_path: Path) -> None:
    source = next(shared().glob(f"{NAME}-*.json"))
    for folder in ("botocore", "smithy"):
        (tmp_path / folder / NAME).mkdir(parents=True)
    versions = [path for path in (ROOT / "api-models" / NAME).iterdir() if path.is_dir()]
    for version in versions:
        shutil.copytree(version, tmp_path / "botocore" / NAME / version.name)
    shutil.copy(source, tmp_path / "smithy")
    ours = load_service(tmp_path / "botocore", NAME)
    smithy = load_service(tmp_path / "smithy", NAME)
    walk = _Merge()
    merged = walk.merged("", ours, smithy)
    assert walk.unexplained == []
    assert {*INVISIBLE, *LACKING} - walk.used == set()
    before, after = render_service(merged, NAME), render_service(smithy, NAME)
    assert sorted(before) == sorted(after)
    assert [path for path in before if before[path] != after[path]] == []


def test_all_smithy_models_can_be_read() -> None:
    found = dict(services(shared()))
    assert len(found) == 12
    for name in found:
        service = load_service(shared(), name)
        assert service.operations
        assert service.endpoint_rules["rules"]
