"""The classifier of operations and arguments against labels that were given by reading the public catalogs.

`operations.jsonl`: catalog, name, method, path, beginning of the description, required arguments, path of the main list
(null: nothing is known of the response, "": it is no list), role, noun of what is listed, 1 if held out: not looked at
while the rules were made. `parameters.jsonl`: catalog, role of the operation, name, place, type, required, example,
format, accepted values, kind (`other` for whatever is no cursor, limit, filter, version or constant).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson
import pytest

from local.checkout import ROOT
from shared.catalog.model import Api, Parameter
from shared.curriculum.kinds import kinds
from shared.curriculum.natures import Nature, natures
from shared.curriculum.nouns import segment_noun, singular
from tests.builders.catalogs import holding

DATA = ROOT / "tests" / "data" / "curriculum"
ROLES = {"create", "read", "list", "change", "remove", "attach", "start", "cancel"}
TOLD = {"cursor", "limit", "filter", "version", "constant"}


def rows(name: str) -> list[list[Any]]:
    return [orjson.loads(line) for line in (DATA / name).read_bytes().splitlines()]


def response(many: str | None) -> dict[str, Any]:
    if many is None:
        return {}
    if not many:
        return holding(id="string", label="string", state="string")
    listed: dict[str, Any] = {"type": "array", "items": holding(id="string")}
    for part in reversed([] if many == "result" else many.split(".")):
        listed = holding(**{part: listed})
    return listed


def classified() -> list[tuple[list[Any], Nature]]:
    """Every labelled operation with what the classifier makes of it among the others of its catalog."""
    by_catalog: dict[str, list[list[Any]]] = defaultdict(list)
    for row in rows("operations.jsonl"):
        by_catalog[row[0] + row[3].partition("{")[0][:4]].append(row)
    found = []
    for group in by_catalog.values():
        apis = [
            Api(
                f"op{number}",
                description=text,
                method=method,
                path=path,
                original_name=name,
                parameters=tuple(
                    Parameter(
                        one, "path" if f"{one}}}" in path or f":{one}" in path else "body", "string", True
                    )
                    for one in needs
                ),
                responses=response(many),
            )
            for number, (_, name, method, path, text, needs, many, *_) in enumerate(group)
        ]
        about = natures(apis)
        found += [(row, about[f"op{number}"]) for number, row in enumerate(group)]
    return found


def accuracy(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.mark.parametrize(("held_out", "least"), [(0, 0.9), (1, 0.88)])
def test_roles_are_those_that_a_reader_gives(held_out: int, least: float):
    found = [(row, nature) for row, nature in classified() if row[9] == held_out]
    assert {row[7] for row, _ in found} <= ROLES
    assert accuracy([nature.role == row[7] for row, nature in found]) >= least


def test_there_are_enough_labels_of_every_role():
    labels = [row[7] for row in rows("operations.jsonl")]
    assert len(labels) >= 400
    assert all(labels.count(role) >= 8 for role in ROLES)


def test_what_is_listed_is_what_a_reader_says():
    found = [nature.resource == row[8] for row, nature in classified() if row[8]]
    assert len(found) >= 60
    assert accuracy(found) >= 0.8


def test_kinds_of_arguments_are_those_that_a_reader_gives():
    hits = []
    for _, role, name, place, kind, required, example, form, values, label in rows("parameters.jsonl"):
        schema = {"type": kind, **({"format": form} if form else {})}
        parameter = Parameter(name, place, kind, required, tuple(values), example, "", schema)
        apis = [Api("one", parameters=(parameter,)), Api("two", parameters=(parameter,))]
        said = kinds(apis, dict.fromkeys(("one", "two"), Nature(role, "thing")))["one", name]
        hits.append((said if said in TOLD else "other") == label)
    assert len(hits) >= 200
    assert accuracy(hits) >= 0.9


@pytest.mark.parametrize(
    ("name", "method", "path", "role", "resource"),
    [
        ("find_user_id_by_email", "POST", "https://h/api", "list", "user"),
        ("cancel-order", "POST", "https://h/api", "cancel", "order"),
        ("favourite", "POST", "/articles/{slug}/favorite", "attach", "article"),
        ("feed", "GET", "/articles/feed", "list", "article"),
        ("get_folders_id_items", "GET", "/folders/{folder_id}/items", "list", "item"),
        ("UpdateMessage", "POST", "/Messages/{Sid}.json", "change", "message"),
        ("createJob", "PUT", "/jobs/{job}", "create", "job"),
        ("getCount", "GET", "/teams/{team}/members/$count", "read", "count"),
    ],
)  # fmt: skip
def test_examples_of_roles_and_resources(name: str, method: str, path: str, role: str, resource: str):
    others = [Api(f"o{i}", method=method, path=path) for i in range(2)] if path.startswith("https") else []
    others += [Api("one", method="GET", path="/articles/{slug}")]
    found = natures([Api("it", original_name=name, method=method, path=path), *others])["it"]
    assert (found.role, found.resource) == (role, resource)


@pytest.mark.parametrize(
    ("segment", "noun"), [("roles-by-id", "role"), ("v2", ""), ("Keys.json", "key"), ("$count", "count")]
)
def test_the_noun_of_a_segment(segment: str, noun: str):
    assert segment_noun(segment) == noun


def test_ids_are_brought_to_the_singular():
    assert singular("ids") == "id"
