"""What is sent to the service keeps the service's own published schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from shared.adapters.openai.finetune import _arguments
from shared.finetune.service import JobRequest
from tests.builders.beside import MODEL_SERVICE


@pytest.fixture(scope="module", params=MODEL_SERVICE, ids=lambda path: path.stem)
def validator(request: pytest.FixtureRequest) -> Any:
    document = json.loads(request.param.read_text())
    registry: Registry[Any] = Registry().with_resource(
        "urn:spec", Resource.from_contents(document, default_specification=DRAFT4)
    )
    (path,) = [name for name in document["paths"] if name.endswith("/fine_tuning/jobs")]
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return OAS30Validator({"$ref": f"urn:spec{body['$ref']}"}, registry=registry)


def job_request(**changes: Any) -> JobRequest:
    fields: dict[str, Any] = {
        "model": "base",
        "training_file": "file-1",
        "validation_file": "file-2",
        "suffix": "s" * 40,
        "method": "supervised",
        "training_type": "GlobalStandard",
        "seed": 2147483647,
        "hyperparameters": {"n_epochs": 3, "batch_size": 8, "learning_rate_multiplier": 0.1},
    }
    return JobRequest(**(fields | changes))


@pytest.mark.parametrize(
    "changes", [{}, {"method": "dpo"}, {"hyperparameters": {}}, {"validation_file": ""}, {"seed": 0}]
)
def test_a_job_request_keeps_the_services_schema(validator: Any, changes: dict[str, Any]) -> None:
    body = _arguments(job_request(**changes)) | {"trainingType": "GlobalStandard"}
    assert [error.message for error in validator.iter_errors(body)] == []


def test_the_schema_would_notice_a_wrong_request(validator: Any) -> None:
    assert list(validator.iter_errors({"training_file": "file-1"}))
    assert list(validator.iter_errors(_arguments(job_request(suffix="s" * 65))))


def test_what_is_left_to_the_service_is_not_sent() -> None:
    sent = _arguments(job_request(hyperparameters={}, validation_file=""))
    assert sent["method"] == {"type": "supervised"}
    assert "validation_file" not in sent
