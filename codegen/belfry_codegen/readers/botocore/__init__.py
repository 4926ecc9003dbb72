# SPDX-License-Identifier: Apache-2.0
"""Reads the `service-2.json` format of botocore and of api-models/. Imports `model` and the shared readers.

metadata   the service's id, without the rest of the model
service    the service, its operations and the files beside it
shapes     the shapes: types, members, limits, XML traits
"""
