from collections.abc import Callable

import pytest

from shared.catalog.documents import Document
from shared.catalog.ingest import ingest
from shared.catalog.serialize import to_json
from tests.builders.planted import (
    innocent_document,
    innocents,
    openapi_document,
    planted,
    postman_document,
    simple_document,
)


@pytest.mark.parametrize(
    ("name", "build"),
    [("postman", postman_document), ("openapi", openapi_document), ("simple", simple_document)],
    ids=["postman", "openapi", "simple"],
)
def test_no_planted_credential_reaches_the_catalog(name: str, build: Callable[[], bytes]):
    catalog = ingest([Document(name, build())])
    assert len(catalog.apis) >= 80
    stored = to_json(catalog).decode()
    assert [
        one for one in planted() if one.secret in stored or one.secret.replace("\n", "\\n") in stored
    ] == []


def test_innocent_values_are_kept_by_ingestion():
    catalog = ingest([Document("innocents", innocent_document())])
    kept = [api.parameters[0].default for api in catalog.apis]
    expected = [one.value for one in innocents()]
    assert len(kept) == len(expected)
    assert sum(a == b for a, b in zip(kept, expected, strict=True)) >= 0.95 * len(expected)
