"""The smaller parts: YAML scalars, names, the choosing field, catalog.json."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from shared.catalog.decode.templated_text import parse_templated_json
from shared.catalog.decode.yaml_text import parse_yaml
from shared.catalog.ingest import ingest
from shared.catalog.limits import Limits
from shared.catalog.naming import NameHints, assign_names
from shared.catalog.serialize import from_json, is_stored, to_json
from shared.errors import PermanentError
from shared.scrub.text import scrub_key, scrub_text
from tests.builders.documents import EVERY_FORMAT, json_document


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


@pytest.mark.parametrize("name", EVERY_FORMAT)
def test_catalog_json_gives_the_catalog_back(name: str) -> None:
    catalog = ingest([json_document(EVERY_FORMAT[name])])
    assert from_json(to_json(catalog)) == catalog
    assert orjson.loads(to_json(catalog))["apis"][0]["name"] == catalog.apis[0].name


@pytest.mark.parametrize("data", [b"{}", b"[]", b"x", b'{"name": "x", "apis": [{"method": "GET"}]}'])
def test_other_json_is_no_catalog(data: bytes) -> None:
    with pytest.raises(PermanentError, match=r"malformed|truncated|missing|Expected"):
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
    assert scrub_text(text) != text


@pytest.mark.parametrize(
    "text",
    [
        '{"' + '\\"' * 40_000,
        '{"a": {{x}}, "' + '\\"' * 40_000,
        '{"a": ' + "{{x}}" * 20_000,
        '{"' * 40_000,
        "{" + '"a": b c, ' * 4_000,
        "{" + ", ${" * 20_000,
    ],
)
def test_a_body_that_is_no_json_is_given_up_in_linear_time(text: str) -> None:
    started = time.process_time()
    assert parse_templated_json(text) is None
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    "unit",
    ["g", "g1", "%zz", "eyJ-", "token+", "a@", "+1", "Basic ", "`k`", "1-", "user a:", "login a1 ", "-u a:", "--pw ",
     "mysql -p ", "pw a1B", '["pw",', "/hooks/a", "/hooks/a1B2c3D4e5F6g7", "<key>pw</key>", "<x name='pw'>", "name: pw\n",
     '"name":"pw",', "security question ", "phone 1", "access x/", "'pw', '"],
)  # fmt: skip
def test_scrubbing_takes_linear_time(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.process_time()
    scrub_text("%zz" + text)
    scrub_key("%zz" + text)
    assert time.process_time() - started < 2.0
