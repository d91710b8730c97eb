from shared.catalog.model import Api, Catalog
from shared.curriculum.flows import flows
from shared.curriculum.slices import Slice, cut, prompt_chars
from tests.builders.catalogs import shop, text


def even(_: Api) -> int:
    return 10


def test_a_catalog_that_fits_is_one_slice_in_its_own_order():
    catalog = shop(3)
    assert cut(catalog) == (Slice(0, tuple(api.name for api in catalog.apis)),)


def test_a_catalog_without_operations_has_no_slice():
    assert cut(Catalog("empty")) == ()


def test_every_operation_is_in_a_slice_and_no_slice_is_over_budget():
    catalog = shop(40)
    slices = cut(catalog, budget_chars=200, cost=even)
    assert {name for part in slices for name in part.apis} == {api.name for api in catalog.apis}
    assert all(10 * len(part.apis) <= 200 for part in slices)
    assert [part.index for part in slices] == list(range(len(slices)))
    assert len(slices) <= 2 * len(catalog.apis) * 10 / 200


def test_operations_of_a_tag_share_a_slice():
    slices = cut(shop(12), budget_chars=250, cost=even)
    homes = [
        {part.index for part in slices if f"{verb}_thinga{'a'}" in part.apis}
        for verb in ("create", "get", "change")
    ]
    assert set.intersection(*homes)


def test_a_consumer_has_a_producer_in_one_of_its_slices():
    catalog = shop(40)
    slices = cut(catalog, budget_chars=200, cost=even)
    wanted: dict[str, set[str]] = {}
    for flow in flows(catalog):
        wanted.setdefault(flow.consumer, set()).add(flow.producer)
    without = [
        name
        for name, producers in wanted.items()
        if not any(name in part.apis and producers & set(part.apis) for part in slices)
    ]
    assert without == []


def test_an_operation_dearer_than_the_budget_stands_alone():
    catalog = shop(2)
    dear = catalog.apis[3].name
    slices = cut(catalog, budget_chars=50, cost=lambda api: 500 if api.name == dear else 10)
    assert [part.apis for part in slices if dear in part.apis] == [(dear,)]


def test_the_same_catalog_gives_the_same_slices():
    assert cut(shop(30), budget_chars=4_000) == cut(shop(30), budget_chars=4_000)


def test_the_default_cost_grows_with_what_a_prompt_shows():
    bare = Api("a")
    described = Api("a", description="x" * 100, parameters=(text("order_id", description="y" * 50),))
    assert prompt_chars(described) >= prompt_chars(bare) + 150
    assert prompt_chars(Api("a", description="x" * 10_000)) < 1_000
