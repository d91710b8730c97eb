"""Which optional arguments a task may give values for."""

from __future__ import annotations

from random import Random

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.coverage import optional_arguments
from shared.curriculum.exclusive import ties_of
from shared.curriculum.facts import Facts
from shared.curriculum.fill import MOST, Filling
from tests.builders.catalogs import text


def facts_of(*parameters: Parameter) -> Facts:
    listing = Api("list_notes", method="GET", path="/notes", parameters=parameters)
    other = Api("list_pens", method="GET", path="/pens", parameters=parameters[:2])
    return Facts(Catalog("c", apis=(listing, other)))


def test_constants_cursors_versions_credentials_and_what_is_deprecated_are_never_filled():
    facts = facts_of(
        text("X-Requested-With", "header", default="XMLHttpRequest"),
        text("Api-Version", "header", default="2025-09-03"),
        text("start_cursor", "query"),
        text("page_token", "query"),
        text("access_token", "query"),
        text("old", "query", description="Deprecated: use `state`."),
        text("state", "query"),
        text("if-none-match", "header"),
    )
    assert facts.fillable["list_notes"] == ("state", "if-none-match")


def test_a_header_that_several_operations_send_alike_is_a_constant():
    facts = facts_of(text("X-Shop", "header", default="main"), text("tag", "query"))
    assert facts.fillable["list_notes"] == ("tag",)


def test_an_argument_that_wants_a_value_of_its_sibling_brings_that_value():
    kind = Parameter("type", "query", "string", enum=("rich", "plain"), schema={"type": "string"})
    facts = facts_of(kind, text("markup", "query", description="Provide when type is `rich`."))
    filling = Filling(facts, ())
    assert filling.add("list_notes", "markup")
    assert filling.pairs == [("list_notes", "type"), ("list_notes", "markup")]
    assert filling.given == [("list_notes", "type", "rich")]


def test_of_arguments_that_exclude_each_other_one_is_filled():
    facts = facts_of(
        text("page_id", "query", description="Give either page_id or block_id, but not both."),
        text("block_id", "query"),
    )
    filling = Filling(facts, ())
    assert filling.add("list_notes", "block_id")
    assert not filling.add("list_notes", "page_id")


def test_what_a_required_argument_excludes_is_never_filled():
    facts = facts_of(
        text("page_id", "query", required=True),
        text("block_id", "query", description="Mutually exclusive with page_id."),
    )
    assert facts.fillable["list_notes"] == ()


def test_everyday_words_in_a_description_tie_nothing():
    api = Api("a", parameters=(text("name"), text("note", description="Either a short name or a long one.")))
    assert ties_of(api).excludes == {}


def test_forty_turns_reach_every_argument_and_no_turn_fills_more_than_three():
    facts = facts_of(*(text(f"filter_{chr(97 + i % 25)}{chr(97 + i // 25)}", "query") for i in range(50)))
    seen = set()
    for turn in range(40):
        filling = Filling(facts, ())
        for one in optional_arguments(facts, "list_notes", turn, Random(turn)):
            filling.add("list_notes", one)
        assert len(filling.pairs) <= MOST
        seen |= set(filling.pairs)
    assert len(seen) == 50


def test_of_arguments_that_only_a_number_tells_apart_the_first_few_are_filled():
    facts = facts_of(*(text(f"Parameter{i}.Name", "query") for i in range(1, 40)))
    assert facts.fillable["list_notes"] == ("Parameter1.Name", "Parameter2.Name", "Parameter3.Name")
