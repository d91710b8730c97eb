"""The smaller parts: YAML scalars, names, the quick look for secrets, the choosing field, catalog.json."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.catalog.ingest import ingest
from shared.catalog.limits import Limits
from shared.catalog.naming import NameHints, assign_names
from shared.catalog.screen import Screen, clean_key, may_hold_secret
from shared.catalog.scrub import scrub_text, scrub_url, scrub_value
from shared.catalog.serialize import from_json, is_stored, to_json
from shared.catalog.variables import parse_templated_json
from shared.catalog.yaml_text import parse_yaml
from tests.builders.catalogs import PUBLIC
from tests.builders.documents import EVERY_FORMAT, json_document

_PLANTED = Path(__file__).parents[2] / "data" / "scrub"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", {"a": "no"}), ("a: on", {"a": "on"}), ("a: 2020-01-01", {"a": "2020-01-01"}), ("a: 12:30:45", {"a": "12:30:45"}),
        ("a: 0123", {"a": "0123"}), ("a: 0x1f", {"a": "0x1f"}), ("a: 1.50", {"a": 1.5}), ("a: '1'", {"a": "1"}), ("a: .", {"a": "."}),
        ("a: ~", {"a": None}), ("200: x", {"200": "x"}), ("true: x", {"true": "x"}), ("a: -7", {"a": -7}), ("a: |\n  b\n", {"a": "b\n"}),
        ("x: &x {p: 1, q: 1}\ny:\n  <<: *x\n  q: 2\n", {"x": {"p": 1, "q": 1}, "y": {"p": 1, "q": 2}}), ("a: !ref b", {"a": "b"}),
        ("a: 1e999", {"a": "1e999"}),
    ],
)  # fmt: skip
def test_yaml_has_the_types_of_json(text: str, value: Any) -> None:
    assert parse_yaml(text.encode(), "x", Limits()) == [value]


def test_several_yaml_documents_in_one_file_are_all_read() -> None:
    assert parse_yaml(b"---\na: 1\n---\nb: 2\n---\n", "x", Limits()) == [{"a": 1}, {"b": 2}]


def test_names_are_told_apart_by_what_they_are_then_by_a_hash_then_by_a_number() -> None:
    def hints(*refinements: str, content: str = "") -> NameHints:
        return NameHints(("f", "run"), lambda: refinements, lambda: content)

    assert assign_names([hints("get"), hints("put")]) == ["f.run_get", "f.run_put"]
    one, other = assign_names([hints("get", content="a"), hints("get", content="b")])
    assert one != other
    assert one.startswith("f.run_")
    same, second = assign_names([hints("get"), hints("get")])
    assert second == f"{same}_2"


def test_a_refined_name_never_takes_the_name_of_another() -> None:
    others = [
        NameHints(("run",), lambda: ("get",)),
        NameHints(("run",), lambda: ("put",)),
        NameHints(("run_get",)),
    ]
    assert len(set(assign_names(others))) == 3


def test_thousands_of_equal_operations_are_numbered_in_linear_time() -> None:
    names = assign_names([NameHints(("same",))] * 20_000)
    assert len(set(names)) == 20_000


def strings(node: Any) -> Any:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from (key, *strings(item))
    elif isinstance(node, list):
        for item in node:
            yield from strings(item)


def objects(node: Any) -> Any:
    if isinstance(node, dict | list):
        yield node
        for item in node.values() if isinstance(node, dict) else node:
            yield from objects(item)


def test_an_example_that_passes_the_quick_look_has_nothing_to_scrub() -> None:
    files = [
        *_PLANTED.glob("*.json"),
        *(path for path in PUBLIC.glob("*/*.json") if path.stat().st_size < 120_000),
    ]
    examples = [
        node for path in files for node in objects(json.loads(path.read_bytes())) if len(repr(node)) < 600
    ]
    names = ("data", "id", "phone", "password", "code")
    cases = [(node, names[number % len(names)]) for number, node in enumerate(examples)]
    screen = Screen()
    innocent = [(node, name) for node, name in cases if screen.is_clean(node, name, "body")]
    assert len(innocent) > 0.2 * len(cases)
    assert [node for node, name in innocent if scrub_value(node, name=name, location="body") != node] == []


def test_a_text_that_passes_the_quick_look_has_nothing_to_scrub() -> None:
    files = [
        *_PLANTED.glob("*.json"),
        *(path for path in PUBLIC.glob("*/*.json") if path.stat().st_size < 120_000),
    ]
    texts = {text[:500] for path in files for text in strings(json.loads(path.read_bytes()))}
    innocent = [text for text in texts if not may_hold_secret(text)]
    assert len(innocent) > 0.3 * len(texts)
    assert [text for text in innocent if scrub_text(text) != text or scrub_url(text) != text] == []


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_catalog_json_gives_the_catalog_back(name: str) -> None:
    catalog = ingest([json_document(EVERY_FORMAT[name])])
    assert from_json(to_json(catalog)) == catalog
    assert orjson.loads(to_json(catalog))["apis"][0]["name"] == catalog.apis[0].name


@pytest.mark.parametrize("data", [b"{}", b"[]", b"x", b'{"name": "x", "apis": [{"method": "GET"}]}'])
def test_other_json_is_no_catalog(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"malformed|truncated|missing|Expected"):
        from_json(data)


def test_a_stored_catalog_is_told_from_the_simple_form() -> None:
    simple = b'{"name": "x", "apis": [{"name": "a", "parameters": []}]}'
    catalog = ingest([json_document(EVERY_FORMAT["simple"])])
    assert is_stored(catalog, to_json(catalog))
    assert not is_stored(from_json(simple), simple)


@pytest.mark.parametrize(
    "text", ["Log in with Basic dXNlcjpwYXNz first", "Basic dXNlcjpwYXNz", "password is xoxb-abcdefghij"]
)
def test_a_short_credential_without_digits_is_found_behind_its_scheme(text: str) -> None:
    assert may_hold_secret(text)
    assert scrub_text(text) != text


@pytest.mark.parametrize(
    "text",
    ['{"' + '\\"' * 40_000, '{"a": {{x}}, "' + '\\"' * 40_000, '{"a": ' + "{{x}}" * 20_000, '{"' * 40_000],
)
def test_a_body_that_is_no_json_is_given_up_in_linear_time(text: str) -> None:
    started = time.process_time()
    assert parse_templated_json(text) is None
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("unit", ["g", "g1", "%zz", "eyJ-", "token+", "a@", "+1", "Basic ", "`k`", "1-"])
def test_scrubbing_takes_linear_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.process_time()
    scrub_text("%zz" + text)
    clean_key("%zz" + text)
    assert time.process_time() - started < 2.0
