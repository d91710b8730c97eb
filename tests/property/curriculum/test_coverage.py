from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.coverage import CoveragePlan
from shared.curriculum.flows import flows
from shared.curriculum.slices import cut
from shared.curriculum.twins import representatives

NOUNS = st.sampled_from(["order", "book", "user", "team", "file"])
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "any"])
FIELDS = st.sampled_from(["id", "name", "order_id", "bookId", "user_ids", "data", "items", "slug", "total"])
PARAMETERS = st.builds(Parameter, FIELDS, st.sampled_from(["path", "query", "body"]), TYPES, st.booleans())
SCHEMAS = st.recursive(
    TYPES.map(lambda kind: {"type": kind}),
    lambda inner: (
        st.dictionaries(FIELDS, inner, max_size=4).map(lambda p: {"type": "object", "properties": p})
        | inner.map(lambda one: {"type": "array", "items": one})
    ),
    max_leaves=8,
)
APIS = st.builds(
    lambda verb, noun, number, method, parameters, responses, tags: Api(
        f"{verb}_{noun}_{number}",
        method=method,
        path=f"/{noun}s/{{id}}",
        tags=tags,
        parameters=tuple(parameters),
        responses=responses,
    ),
    st.sampled_from(["create", "list", "get", "delete", "update"]),
    NOUNS,
    st.integers(0, 9),
    st.sampled_from(["GET", "POST", "DELETE", ""]),
    st.lists(PARAMETERS, max_size=4, unique_by=lambda p: p.name),
    SCHEMAS | st.just({}),
    st.lists(NOUNS, max_size=2).map(tuple),
)
CATALOGS = st.lists(APIS, min_size=1, max_size=14, unique_by=lambda api: api.name).map(
    lambda a: Catalog("c", apis=tuple(a))
)


@given(CATALOGS, st.randoms(use_true_random=False))
def test_flows_do_not_depend_on_the_order_of_the_catalog(catalog: Catalog, random):
    shuffled = list(catalog.apis)
    random.shuffle(shuffled)
    assert flows(Catalog("c", apis=tuple(shuffled))) == flows(catalog)


@given(CATALOGS, st.integers(200, 3_000))
def test_slices_hold_every_operation_once_or_more(catalog: Catalog, budget: int):
    slices = cut(catalog, budget_chars=budget)
    assert {name for part in slices for name in part.apis} == set(representatives(catalog.apis).values())
    assert all(len(set(part.apis)) == len(part.apis) for part in slices)


@given(CATALOGS, st.integers(200, 3_000), st.integers(0, 5))
def test_every_blueprint_is_workable_and_twice_the_operations_teach_all(
    catalog: Catalog, budget: int, seed: int
):
    slices = cut(catalog, budget_chars=budget)
    plan = CoveragePlan(catalog, slices, seed=seed)
    seen: set[str] = set()
    for index in range(2 * len(catalog.apis)):
        one = plan.blueprint(index)
        seen |= set(one.focus)
        order = {name: i for i, name in enumerate(one.focus)}
        assert set(one.focus) <= set(slices[one.slice].apis)
        assert all(order[flow.producer] < order[flow.consumer] for flow in one.flows)
        assert all(name in order for name, _ in one.required)
    assert seen == set(plan.facts.taught)
