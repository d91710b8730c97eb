from typing import Any

import pytest

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.fields import MAX_FIELDS, response_fields, schema_type
from shared.curriculum.flows import MAX_PRODUCERS, flows
from shared.curriculum.nouns import singular
from shared.errors import CatalogError
from shared.plan.fit import misfit
from shared.plan.references import parse_path
from shared.plan.schema_paths import in_response, is_known
from tests.builders.catalogs import SAMPLES, holding, ingested, listing, shop, text, whole_documents


def found(*apis: Api) -> set[tuple[str, str, str, str]]:
    return {(f.producer, f.path, f.consumer, f.parameter) for f in flows(Catalog("c", apis=apis))}


def api(
    name: str,
    *parameters: Parameter,
    method: str = "",
    path: str = "",
    tags: tuple[str, ...] = (),
    gives=None,
) -> Api:
    return Api(name, method=method, path=path, tags=tags, parameters=parameters, responses=gives or {})


@pytest.mark.parametrize("parameter", ["orderId", "order_id", "order-id", "orderID", "OrderId"])
def test_the_id_of_a_created_order_flows_to_every_spelling_of_order_id(parameter: str):
    made = api("createOrder", method="POST", path="/orders", gives=holding(id="string"))
    used = api("ship", text(parameter, "query"))
    assert ("createOrder", "id", "ship", parameter) in found(made, used)


def test_a_bare_id_in_a_path_is_that_of_the_segment_before():
    made = api("createOrder", method="POST", path="/orders", gives=holding(order=holding(id="string")))
    other = api("createBook", method="POST", path="/books", gives=holding(id="string"))
    used = api("getOrder", text("id", "path"), method="GET", path="/orders/{id}")
    assert found(made, other, used) == {("createOrder", "order.id", "getOrder", "id")}


def test_items_of_a_list_and_of_a_bare_list_are_reached_by_position():
    listed = api("listOrders", method="GET", path="/orders", gives=listing("orders", id="string"))
    bare = api(
        "searchOrders",
        method="GET",
        path="/orders/search",
        gives={"type": "array", "items": holding(order_id="string")},
    )
    used = api("getOrder", text("order_id", "path"), method="GET", path="/orders/{order_id}")
    assert {(p, path) for p, path, _, _ in found(listed, bare, used)} == {
        ("listOrders", "orders[0].id"),
        ("searchOrders", "result[0].order_id"),
    }


def test_a_value_of_another_type_or_format_does_not_flow():
    made = api("createOrder", method="POST", path="/orders", gives=holding(id="integer"))
    body = api("ship", text("order_id", "body"))
    carried_as_text = api("track", text("order_id", "query"))
    dated = Parameter("order_id", "body", "string", schema={"type": "string", "format": "uuid"})
    stamped = holding(order_id={"type": "string", "format": "date-time"})
    assert found(made, body) == set()
    assert found(made, carried_as_text) == {("createOrder", "id", "track", "order_id")}
    assert found(api("createOrder", gives=stamped), api("ship", dated)) == set()


def test_operations_of_one_url_are_told_apart_by_name():
    url: dict[str, Any] = {"method": "POST", "path": "{{base}}/api/hub"}
    made = api(
        "create-index", text("index_name"), gives=holding(index_name="string", index_id="string"), **url
    )
    used = api("query-index", text("index_id"), **url)
    other = api("create-agent", text("agent_name"), gives=holding(agent_id="string"), **url)
    assert found(made, other, used) == {("create-index", "index_id", "query-index", "index_id")}


def test_controls_selectors_credentials_and_headers_take_no_flow():
    names = ("limit", "format", "access_token")
    made = api(
        "createOrder",
        gives=holding(
            limit="string", format="string", access_token="string", kind="string", trace_id="string"
        ),
    )
    used = api(
        "use", *(text(n, "query") for n in names), text("kind", enum=("a",)), text("trace_id", "header")
    )
    assert found(made, used) == set()


def test_a_removal_gives_nothing_and_a_creation_takes_nothing_of_its_own_kind():
    removed = api("deleteOrder", method="DELETE", path="/orders/{order_id}", gives=holding(order_id="string"))
    listed = api(
        "listOrders", method="GET", path="/orders", gives=listing("orders", id="string", label_name="string")
    )
    made = api(
        "createOrder",
        text("order_id"),
        text("label_name"),
        method="POST",
        path="/orders",
        gives=holding(id="string"),
    )
    assert {consumer for _, _, consumer, _ in found(removed, listed, made)} == set()


def test_nothing_flows_from_a_response_that_is_not_known():
    made = api("create_order", method="POST", path="/orders")
    used = api("getOrder", text("order_id", "path"), method="GET", path="/orders/{order_id}")
    assert found(made, used) == set()


def test_what_a_producer_was_given_itself_does_not_flow():
    read = api(
        "getOrder",
        text("order_id", "path", required=True),
        method="GET",
        path="/orders/{order_id}",
        gives=holding(id="string", customer_id="string", parts=holding(order_id="string")),
    )
    parts = api("listParts", text("order_id", "path"), method="GET", path="/orders/{order_id}/parts")
    who = api("getCustomer", text("customer_id", "path"), method="GET", path="/customers/{customer_id}")
    assert found(read, parts, who) == {("getOrder", "customer_id", "getCustomer", "customer_id")}


def test_attributes_are_not_copied_from_one_thing_to_another():
    me = api("getMe", method="GET", path="/me", gives=holding(timezone="string", job_title="string"))
    made = api("createUser", text("timezone"), text("job_title"), method="POST", path="/users")
    assert found(me, made) == set()


def test_ids_of_collections_of_the_same_noun_are_told_apart_by_their_paths():
    hooks = api(
        "listHookRuns",
        text("hook_id", "path"),
        method="GET",
        path="/hooks/{hook_id}/runs",
        gives=listing("runs", id="string"),
    )
    jobs = api(
        "listJobRuns",
        text("job_id", "path"),
        method="GET",
        path="/jobs/{job_id}/runs",
        gives=listing("runs", id="string"),
    )
    used = api(
        "getJobRun",
        text("job_id", "path"),
        text("run_id", "path"),
        method="GET",
        path="/jobs/{job_id}/runs/{run_id}",
    )
    assert found(hooks, jobs, used) == {("listJobRuns", "runs[0].id", "getJobRun", "run_id")}


def test_producers_of_a_parameter_are_bounded_and_creators_of_the_same_tag_come_first():
    makers = [
        api(f"list{i}", method="GET", path=f"/x{i}", tags=("x",), gives=listing("found", order_id="string"))
        for i in range(30)
    ]
    creator = api(
        "createOrder", method="POST", path="/orders", tags=("orders",), gives=holding(order_id="string")
    )
    used = api(
        "getOrder", text("order_id", "path"), method="GET", path="/orders/{order_id}", tags=("orders",)
    )
    into = [f for f in flows(Catalog("c", apis=(*makers, creator, used))) if f.consumer == "getOrder"]
    assert len(into) == MAX_PRODUCERS
    assert into[0].producer == "createOrder"


def test_cyclic_looking_and_huge_responses_are_read_within_bounds():
    wide = holding(**{f"field_{i}_x": "string" for i in range(1_000)})
    deep: dict = {"type": "string"}
    for _ in range(50):
        deep = holding(inner=deep)
    assert len(response_fields(wide, "")) == MAX_FIELDS
    assert response_fields(deep, "") == []


def test_a_union_of_one_type_and_null_has_that_type():
    assert schema_type({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string"
    assert schema_type({"type": ["integer", "null"]}) == "integer"
    assert schema_type({"oneOf": [{"type": "string"}, {"type": "integer"}]}) == "any"


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("orders", "order"),
        ("categories", "category"),
        ("boxes", "box"),
        ("indexes", "index"),
        ("status", "status"),
        ("bus", "bus"),
    ],
)
def test_plurals_are_brought_to_the_singular(plural: str, one: str):
    assert singular(plural) == one


def test_the_hub_sample_can_chain_documents_agents_and_runs():
    catalog = sample("hub.postman_collection.json")
    pairs = {(f.producer.rpartition(".")[2], f.consumer.rpartition(".")[2]) for f in flows(catalog)}
    assert {
        ("upload-search-document", "get-search-document"),
        ("create-agent", "create-agent-thread"),
        ("run-ingestion-pipeline", "get-pipeline-run"),
    } <= pairs


@pytest.mark.parametrize("name", ["hub.postman_collection.json", "bookshop.openapi.yaml"])
def test_every_flow_of_the_samples_would_pass_plan_validation(name: str):
    assert unprovable(sample(name)) == []


def test_every_flow_of_whole_documents_would_pass_plan_validation():
    for path in whole_documents():
        try:
            catalog = ingested(path)
        except CatalogError:
            continue
        assert unprovable(catalog) == [], path.name


def sample(name: str) -> Catalog:
    return ingested(SAMPLES / name)


def unprovable(catalog: Catalog) -> list:
    apis = {one.name: one for one in catalog.apis}
    return [f for f in flows(catalog) if is_known(apis[f.producer].responses) and not proves(f, apis)]


def proves(flow, apis) -> bool:
    parameter = apis[flow.consumer].parameter(flow.parameter)
    given = in_response(apis[flow.producer].responses, parse_path(flow.path))
    return given is not None and not misfit(given, parameter.schema, as_text=parameter.location != "body")


def test_a_shop_of_400_operations_has_flows_linear_in_its_size():
    small, large = len(flows(shop(20))), len(flows(shop(80)))
    assert large <= 5 * small
