"""Looks: what decides on a write, what shows nothing new, and what is asked of a list for one thing alone."""

from __future__ import annotations

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.candidate import Candidate
from shared.curriculum.conditions import carriers
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.facts import Facts
from shared.curriculum.fill import Filling
from shared.curriculum.flow_refusals import flow_refusal
from shared.curriculum.looks import CONDITION, looks_at_it
from shared.curriculum.notes import guard_note
from shared.curriculum.pairs import belongs_together
from shared.curriculum.slices import cut
from tests.builders.catalogs import holding, listing, text

ONE = text("event_id", "path", required=True)
START = Parameter("start_date", "query", "string", schema={"type": "string", "format": "date"})
END = Parameter("end_date", "query", "string", schema={"type": "string", "format": "date"})
PAGE, LIMIT = (Parameter(name, "query", "integer", schema={"type": "integer"}) for name in ("page", "limit"))
EVENT = holding(id="string", title="string", place="string")
LIST = Api(
    "list_events", method="GET", path="/events", parameters=(START, END, PAGE, LIMIT),
    responses=listing("events", id="string", title="string", place="string"),
)  # fmt: skip
GET = Api("get_event", method="GET", path="/events/{event_id}", parameters=(ONE,), responses=EVENT)
CREATE = Api(
    "create_event", method="POST", path="/events", parameters=(text("name", required=True),), responses=EVENT
)
CHANGE = Api(
    "update_event",
    method="PATCH",
    path="/events/{event_id}",
    parameters=(ONE, text("place")),
    responses=EVENT,
)
REMOVE = Api("delete_event", method="DELETE", path="/events/{event_id}", parameters=(ONE,))
GUESTS = Api(
    "list_guests",
    method="GET",
    path="/events/{event_id}/guests",
    parameters=(ONE,),
    responses=listing("guests", id="string"),
)
EVENTS = (LIST, GET, CREATE, CHANGE, REMOVE, GUESTS)
FACTS = Facts(Catalog("fair", apis=EVENTS))

ORDER = text("order_id", required=True)
SHOP = Facts(
    Catalog(
        "desk",
        apis=(
            Api("get_order_details", method="POST", path="/get_order_details", parameters=(ORDER,)),
            Api(
                "cancel_order",
                method="POST",
                path="/cancel_order",
                parameters=(ORDER, text("reason", required=True)),
            ),
            Api(
                "get_price", method="POST", path="/get_price", parameters=(text("product_id", required=True),)
            ),
        ),
    )
)


def test_a_look_at_a_thing_decides_on_the_write_after_it():
    assert Candidate.of(FACTS, ("get_event", "delete_event")).shape == "guarded"
    assert belongs_together(FACTS, "get_event", "delete_event")
    assert CONDITION in guard_note(FACTS, "get_event", "delete_event")
    assert Candidate.of(FACTS, ("get_event", "list_guests")).shape == "parallel"


def test_where_paths_only_name_operations_a_look_is_at_what_both_name():
    assert belongs_together(SHOP, "get_order_details", "cancel_order")
    assert not belongs_together(SHOP, "get_price", "cancel_order")


def test_a_look_at_a_part_decides_nothing_about_the_whole():
    assert not looks_at_it(FACTS, "list_guests", "update_event")
    assert not looks_at_it(FACTS, "list_guests", "delete_event")


def test_a_list_before_a_creation_says_whether_it_is_there():
    assert "is there already" in guard_note(FACTS, "list_events", "create_event")
    found = carriers(FACTS, Candidate.of(FACTS, ("list_events", "create_event"), ()))["idempotency"][0]
    assert found is not None
    assert "whether it was done before" in found.note


def test_a_read_that_shows_what_a_list_gave_is_no_step():
    flow = Flow("list_events", "events[0].id", "get_event", "event_id")
    assert flow_refusal(FACTS, flow) == "fetched_again"
    short = Facts(
        Catalog(
            "fair",
            apis=(
                Api("list_events", method="GET", path="/events", responses=listing("events", id="string")),
                GET,
            ),
        )
    )
    assert flow_refusal(short, flow) == ""


def test_the_start_of_a_period_says_which_one_is_meant_only_with_its_end():
    assert FACTS.narrowing["list_events"] == "start_date"
    assert FACTS.closing("list_events", "start_date") == "end_date"
    open_ended = Facts(
        Catalog(
            "fair",
            apis=(
                Api(
                    "list_events", method="GET", path="/events", parameters=(START,), responses=LIST.responses
                ),
                REMOVE,
            ),
        )
    )
    assert open_ended.narrowing["list_events"] == ""


def test_of_a_list_that_is_asked_for_one_thing_nobody_asks_how_much_it_gives():
    filling = Filling(FACTS, (), looked_up=("list_events",))
    assert not filling.add("list_events", "page")
    assert not filling.add("list_events", "limit")
    assert filling.add("list_events", "start_date")


def test_calls_and_time_are_saved_only_where_every_call_is_needed():
    for variation in ("cost_aware", "performance"):
        assert not carriers(FACTS, Candidate.of(FACTS, ("get_event", "delete_event")))[variation]
    read_back = Flow("create_event", "id", "get_event", "event_id")
    assert not carriers(FACTS, Candidate.of(FACTS, ("create_event", "get_event"), (read_back,)))["cost_aware"]


def test_a_place_in_a_list_is_never_what_a_task_leaves_open():
    only_page = Facts(
        Catalog("fair", apis=(Api("list_events", method="GET", path="/events", parameters=(PAGE,)),))
    )
    assert not carriers(only_page, Candidate.of(only_page, ("list_events",)))["missing_info"]
    found = carriers(FACTS, Candidate.of(FACTS, ("list_events",), ()))["missing_info"][0]
    assert found is not None
    assert found.fill == ("list_events", "limit")


def test_assignments_of_a_small_catalog_say_what_they_are():
    catalog = Catalog("fair", apis=EVENTS)
    plan = CoveragePlan(catalog, cut(catalog))
    for one in map(plan.blueprint, range(200)):
        filled = {parameter for _, parameter in one.required}
        looked_up = any("[0]" in flow.path for flow in one.flows) or one.shape == "guarded"
        assert not (looked_up and filled & {"page", "limit"})
        assert (one.shape == "guarded") == any(CONDITION in note for note in one.notes)
        if looked_up and "list_events" in one.focus:
            assert {"start_date", "end_date"} <= filled
