"""A write has content: a thing has its name, a switch that takes it away stands alone, limits are documented ones."""

from __future__ import annotations

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.bounds import bound_in_words, has_bound
from shared.curriculum.candidate import Candidate
from shared.curriculum.conditions import carriers
from shared.curriculum.facts import Facts
from shared.curriculum.fill import Filling, fill_content
from tests.builders.catalogs import text

LIST_ID = text("list_id", "path", required=True)
FLAG = Parameter("public", "body", "boolean")
PLACE = Parameter("position", "body", "integer")
ITEMS = Parameter("items", "body", "array")
TRASH = Parameter("in_trash", "body", "boolean")


def facts_of(*apis: Api) -> Facts:
    return Facts(Catalog("c", apis=apis))


def content_of(api: Api) -> list[str]:
    facts = facts_of(api)
    filling = Filling(facts, ())
    fill_content(filling, facts, api.name, 0)
    return [parameter for _, parameter in filling.pairs]


def test_a_thing_is_made_with_its_name_and_a_list_gets_its_items():
    owner = text("owner_id", "path", required=True)
    assert content_of(Api("create_list", method="POST", path="/people/{owner_id}/lists", parameters=(owner, FLAG, text("description"), text("name")))) == ["name"]  # fmt: skip
    assert content_of(Api("add_items", method="POST", path="/lists/{list_id}/items", parameters=(LIST_ID, PLACE, ITEMS))) == ["items"]  # fmt: skip


def test_a_search_is_told_what_to_look_for():
    assert content_of(Api("search", method="GET", path="/search", parameters=(text("sort", "query"), text("query", "query")))) == ["query"]  # fmt: skip


def test_what_is_taken_away_is_not_changed_as_well():
    change = Api(
        "patch_list", method="PATCH", path="/lists/{list_id}", parameters=(LIST_ID, text("name"), TRASH)
    )
    facts = facts_of(change)
    filling = Filling(facts, ())
    assert filling.add("patch_list", "name")
    assert not filling.add("patch_list", "in_trash")


def test_a_write_is_not_asked_how_its_answer_should_look():
    make = Api(
        "make_list",
        method="POST",
        path="/lists",
        parameters=(text("name", required=True), text("fields", "query")),
    )
    assert facts_of(make).fillable["make_list"] == ()


def test_a_task_does_not_leave_open_the_one_thing_that_it_is_about():
    volume = Api("set_volume", method="PUT", path="/player/volume", parameters=(Parameter("volume", "query", "integer", required=True, default=50),))  # fmt: skip
    language = Api("translate", method="POST", path="/translate", parameters=(text("text", required=True), text("target_language", required=True, default="de")))  # fmt: skip
    for api in (volume, language):
        facts = facts_of(api)
        assert not carriers(facts, Candidate.of(facts, (api.name,)))["missing_info"]


@pytest.mark.parametrize(
    ("schema", "description", "said"),
    [
        ({"minimum": 1, "maximum": 50}, "", " (documented: maximum 50)"),
        ({}, "Items to give. Minimum: 1. Maximum: 50.", " (documented: Maximum: 50)"),
        ({}, "Between 0 (open) and 1 (closed).", " (documented: Between 0 (open) and 1)"),
        ({}, "Between 0 and more.", ""),
        ({"minimum": 1}, "", ""),
    ],
)
def test_a_limit_is_one_that_somebody_may_meet(schema: dict[str, int], description: str, said: str):
    parameter = Parameter(
        "size", "query", "integer", description=description, schema={"type": "integer", **schema}
    )
    assert bound_in_words(parameter) == said
    assert has_bound(parameter) == bool(said)
