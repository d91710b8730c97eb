"""No credential of a known format reaches a catalog, whatever its characters happen to be."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from shared.catalog.serialize import to_json
from shared.scrub.formats import formats
from shared.scrub.text import scrub_text
from tests.builders.documents import read
from tests.builders.lengths import FUZZ, cases
from tests.builders.tokens import SHAPES, Token, in_openapi, in_postman, in_simple, left, tokens

COUNT = cases(40, 500)
# Fixed in the tests, drawn anew when there is time for it.
SEED = None if FUZZ else 5


def test_every_format_has_its_tokens() -> None:
    assert {form.kind for form in formats()} <= set(SHAPES)


@pytest.mark.parametrize("kind", SHAPES)
def test_every_token_is_found_wherever_a_text_holds_it(kind: str) -> None:
    for one in tokens(kind, 5 * COUNT, random.Random(SEED)):
        for text in (one.text, f"Send {one.text} first."):
            assert not left(one, scrub_text(text)), text


@pytest.mark.parametrize("build", [in_openapi, in_postman, in_simple])
@pytest.mark.parametrize("kind", SHAPES)
def test_no_token_reaches_a_catalog(kind: str, build: Callable[[list[Token]], dict[str, Any]]) -> None:
    found = list(tokens(kind, COUNT, random.Random(SEED)))
    catalog = read(build(found))
    stored = to_json(catalog).decode()
    assert len(catalog.apis) >= COUNT
    assert [one for one in found if left(one, stored)] == []
