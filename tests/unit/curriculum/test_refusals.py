"""Why a set of operations is no assignment; each rule by a pair that breaks it and one that does not."""

from __future__ import annotations

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.flow_refusals import flow_refusal
from shared.curriculum.refusals import refusal
from shared.curriculum.subgraph import Subgraph, arranged
from tests.builders.catalogs import holding, listing, text

ONE = text("order_id", "path", required=True)
BODY = holding(id="string", customer_id="string", state="string")


def api(
    name: str, method: str, path: str, *parameters: Parameter, gives: dict | None = None, **more: object
) -> Api:
    return Api(name, method=method, path=path, parameters=parameters, responses=gives or {}, **more)  # type: ignore[arg-type]


CREATE = api("create_order", "POST", "/orders", text("note"), gives=BODY)
LIST = api("list_orders", "GET", "/orders", gives=listing("orders", id="string"))
FIND = api(
    "find_orders",
    "GET",
    "/orders/search",
    text("query", "query", required=True),
    gives=listing("orders", id="string"),
)
GET = api("get_order", "GET", "/orders/{order_id}", ONE, gives=BODY)
CHANGE = api("update_order", "PATCH", "/orders/{order_id}", ONE, text("note"), gives=BODY)
DELETE = api("delete_order", "DELETE", "/orders/{order_id}", ONE)
CANCEL = api("cancel_order", "POST", "/orders/{order_id}/cancel", ONE)
NOTES = api("list_notes", "GET", "/orders/{order_id}/notes", ONE, gives=listing("notes", id="string"))
ADD_NOTE = api(
    "add_note",
    "POST",
    "/orders/{order_id}/notes",
    ONE,
    text("words", required=True),
    gives=holding(id="string"),
)
CUSTOMER = api(
    "get_customer",
    "GET",
    "/customers/{customer_id}",
    text("customer_id", "path", required=True),
    gives=holding(id="string"),
)
REMOVE_CUSTOMER = api(
    "delete_customer", "DELETE", "/customers/{customer_id}", text("customer_id", "path", required=True)
)
LOGIN = api("login", "POST", "/users/login", text("user", required=True))
ALL = (CREATE, LIST, FIND, GET, CHANGE, DELETE, CANCEL, NOTES, ADD_NOTE, CUSTOMER, REMOVE_CUSTOMER, LOGIN)
FACTS = Facts(Catalog("shop", apis=ALL))


def said(*names: str) -> str:
    """The refusal of operations in a workable order, with every flow of the catalog between them."""
    part = Subgraph(FACTS, [one.name for one in ALL])
    return refusal(FACTS, *arranged(part, names))


def said_of_flow(producer: str, path: str, consumer: str, parameter: str, *, own: bool = True) -> str:
    return flow_refusal(FACTS, Flow(producer, path, consumer, parameter, own))


def test_what_a_plan_makes_it_does_not_remove_cancel_or_change():
    assert said("create_order", "delete_order") == "undone"
    assert said("create_order", "cancel_order") == "undone"
    assert said("create_order", "update_order") == "set_twice"
    assert said("add_note", "delete_order") == "undone"
    assert said_of_flow("create_order", "id", "delete_order", "order_id") == "undone"


def test_a_look_before_an_ending_is_fine():
    assert said("get_order", "delete_order") == ""
    assert said("find_orders", "cancel_order") == ""


def test_nothing_is_asked_of_a_new_thing_that_only_use_brings_about():
    assert said_of_flow("create_order", "id", "list_notes", "order_id") == "nothing_there_yet"
    assert said_of_flow("create_order", "id", "get_order", "order_id") == ""
    assert (
        said("create_order", "list_orders") == "nothing_there_yet"
        or said("create_order", "list_orders") == "unconnected"
    )


def test_the_first_of_a_list_goes_into_a_write_only_where_a_filter_says_which_is_meant():
    assert said_of_flow("list_orders", "orders[0].id", "update_order", "order_id") == "head_into_write"
    assert said_of_flow("find_orders", "orders[0].id", "update_order", "order_id") == ""
    assert said_of_flow("list_orders", "orders[0].id", "get_order", "order_id") == ""


def test_an_id_that_only_fits_by_type_ends_nothing():
    assert said_of_flow("get_order", "customer_id", "get_customer", "customer_id", own=False) == ""
    assert (
        said_of_flow("get_order", "customer_id", "delete_customer", "customer_id", own=False)
        == "by_type_alone"
    )


def test_three_operations_need_flows_between_them():
    assert said("get_order", "list_notes") == ""
    assert said("get_order", "list_notes", "get_customer") in ("", "unconnected")
    assert refusal(FACTS, ("list_notes", "get_order", "get_customer"), ()) == "unconnected"
    assert refusal(FACTS, ("list_orders", "get_customer"), ()) == "unconnected"


def test_signing_in_stands_alone():
    assert refusal(FACTS, ("login",), ()) == ""
    assert refusal(FACTS, ("login", "list_orders"), ()) == "signs_in"


def test_twins_and_what_is_deprecated_are_no_companions():
    twin = Api("fetch_order", method="GET", path="/orders/{order_id}", parameters=(ONE,), responses=BODY)
    old = api("old_orders", "GET", "/orders/old", description="Deprecated. Use list_orders.")
    facts = Facts(Catalog("shop", apis=(*ALL, twin, old)))
    assert facts.represented["fetch_order"] == "get_order"
    assert refusal(facts, ("get_order", "fetch_order"), ()) in ("outdated", "twins")
    assert refusal(facts, ("list_orders", "old_orders"), ()) == "outdated"
    assert {"fetch_order", "old_orders"}.isdisjoint(facts.taught)
