# SPDX-License-Identifier: Apache-2.0
"""Random values and responses for the protocol of a service."""

from __future__ import annotations

from typing import Any

from botocore_judge import Response, Shape
from random_cbor_responses import CborResponses
from random_responses import Responses
from random_rest_xml import RestXmlResponses, S3Values, XmlValues
from random_values import Values
from random_xml_responses import XmlResponses
from services import Service


def values_for(service: str, protocol: str) -> type[Values]:
    """The generator of parameters."""
    if service == "s3":
        return S3Values
    return XmlValues if protocol == "rest-xml" else Values


def success(protocol: str, seed: str, model: Any) -> Response:
    """A success of an operation, in the protocol's form."""
    if protocol == "query":
        return XmlResponses(seed).query_success(model)
    if protocol == "ec2":
        return XmlResponses(seed).ec2_success(model)
    if protocol == "rest-xml":
        return RestXmlResponses(seed).rest_success(model)
    return (CborResponses if protocol == "smithy-rpc-v2-cbor" else Responses)(seed).success(model)


def failure(protocol: str, seed: str, model: Any, shape: Shape | None) -> Response:
    """An error, modelled if there is a shape, in the protocol's form."""
    status = 400 if shape is None else shape.metadata.get("error", {}).get("httpStatusCode", 400)
    code = "Some.Other.Code" if shape is None else shape.error_code
    if protocol == "query":
        return XmlResponses(seed).query_failure(model, shape, status, code)
    if protocol == "ec2":
        return XmlResponses(seed).ec2_failure(model, status, code)
    if protocol == "rest-xml" and model.service_model.service_name == "s3":
        return RestXmlResponses(seed).s3_failure(shape, status, code)
    if protocol == "rest-xml":
        return RestXmlResponses(seed).rest_failure(model, shape, status, code)
    if protocol == "rest-json" and shape is not None:
        return Responses(seed).failure(shape, status, code)
    return (CborResponses if protocol == "smithy-rpc-v2-cbor" else Responses)(seed).rpc_failure(
        shape, status, code
    )


def check_everything(service: Service, requests: int, successes: int, errors: int) -> None:
    """Compares requests, answers and errors of every operation."""
    protocol = service.judge.model.resolved_protocol
    service.check_requests(requests)
    service.check_successes(successes, lambda seed, model: success(protocol, seed, model))
    service.check_errors(errors, lambda seed, model, shape: failure(protocol, seed, model, shape))
