"""Laws of the wire form and of references: reading gives back what was written."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.plan.json_text import read_object
from shared.plan.references import Reference, Use, find, format_path, parse, parse_path, replace
from shared.plan.wire import decode, encode

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
PARTS = st.tuples(TEXT, st.lists(TEXT | st.integers(0, 99), max_size=3)).map(lambda pair: (pair[0], *pair[1]))
REFERENCES = st.builds(Reference, st.integers(1, 999_999), PARTS)
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "index": st.integers(-5, 99),
            "action": TEXT,
            "api": TEXT,
            "arguments": st.dictionaries(TEXT, JSON, max_size=3),
            "depends_on": st.lists(st.integers(0, 9), max_size=3),
            "outputs": st.lists(TEXT, max_size=3),
            "reasoning": TEXT,
            "failure_modes": st.lists(TEXT, max_size=2),
            "retries": st.integers(0, 9),
        }
    ),
    max_size=3,
)
DECODED = st.fixed_dictionaries(
    {
        "task_nl": TEXT,
        "assumptions": st.lists(TEXT, max_size=2),
        "plan": st.fixed_dictionaries(
            {
                "global_constraints": st.dictionaries(TEXT, JSON, max_size=2),
                "steps": STEPS,
                "validation_checks": st.lists(TEXT, max_size=2),
                "expected_end_state": TEXT,
            }
        ),
        "negatives": st.fixed_dictionaries({"confusers": st.lists(TEXT, max_size=2)}),
        "domain": TEXT,
    }
)


@given(DECODED, st.booleans())
def test_decoding_gives_back_what_was_encoded(parts: dict[str, Any], tolerant: bool) -> None:
    assert decode(orjson.dumps(encode(parts)).decode(), tolerant=tolerant) == (parts, [])


@given(DECODED)
def test_no_proper_part_of_an_answer_is_an_answer(parts: dict[str, Any]) -> None:
    text = orjson.dumps(encode(parts)).decode()
    for end in (len(text) // 3, len(text) - 1):
        for tolerant in (False, True):
            assert decode(text[:end], tolerant=tolerant)[0] is None


@given(TEXT)
def test_any_text_is_read_or_refused_without_an_exception(text: str) -> None:
    for tolerant in (False, True):
        value, errors = read_object(text, tolerant=tolerant)
        assert (value is None) == bool(errors)


@given(REFERENCES)
def test_a_reference_is_read_as_it_was_written(reference: Reference) -> None:
    assert parse(str(reference)) == reference
    assert parse_path(format_path(reference.parts)) == reference.parts


@given(REFERENCES, TEXT.filter(lambda text: "$" not in text and "{" not in text), JSON)
def test_a_reference_is_found_and_replaced_wherever_it_stands(
    reference: Reference, text: str, value: Any
) -> None:
    whole, part = {"a": [str(reference)]}, {"a": [f"{text}: {reference}"]}
    assert list(find(whole)) == [Use(reference, ("a", 0), whole=True)]
    assert list(find(part)) == [Use(reference, ("a", 0), whole=False)]
    assert replace(whole, {reference: value}) == {"a": [value]}
    assert replace(part, {reference: 7}) == {"a": [f"{text}: 7"]}
