from collections import Counter

import pytest

from shared.catalog.model import Api, Catalog
from shared.curriculum.blueprint import VARIATIONS, Blueprint
from shared.curriculum.coverage import MAX_CALLS, CoveragePlan
from shared.curriculum.personas import PERSONAS
from shared.curriculum.slices import cut
from shared.errors import CatalogError
from tests.builders.catalogs import SAMPLES, ingested, shop, text, whole_documents


def plan_for(catalog: Catalog, *, budget_chars: int = 60_000, **more) -> CoveragePlan:
    return CoveragePlan(catalog, cut(catalog, budget_chars=budget_chars), **more)


def blueprints(catalog: Catalog, count: int, **more) -> list[Blueprint]:
    plan = plan_for(catalog, **more)
    return [plan.blueprint(index) for index in range(count)]


def taught(plans: list[Blueprint]) -> set[str]:
    return {name for one in plans for name in one.focus}


def test_a_blueprint_depends_on_nothing_but_catalog_options_and_index():
    one, other = plan_for(shop(), seed=3), plan_for(shop(), seed=3)
    assert [one.blueprint(i) for i in range(60)] == [other.blueprint(i) for i in reversed(range(60))][::-1]
    assert one.blueprint(7) != plan_for(shop(), seed=4).blueprint(7)


def test_every_aligned_block_of_as_many_indices_as_operations_teaches_each_operation():
    catalog = shop(6)
    size = len(catalog.apis)
    plans = blueprints(catalog, 5 * size)
    for start in range(0, 5 * size, size):
        assert taught(plans[start : start + size]) == {api.name for api in catalog.apis}


@pytest.mark.parametrize("resources", [2, 7, 20, 80])
def test_forty_samples_an_operation_leave_no_operation_and_no_parameter_untaught(resources: int):
    catalog = shop(resources)
    plans = blueprints(catalog, 40 * len(catalog.apis), budget_chars=20_000)
    assert taught(plans) == {api.name for api in catalog.apis}
    filled = {pair for one in plans for pair in one.required}
    assert filled == {(api.name, p.name) for api in catalog.apis for p in api.parameters if not p.required}


def test_a_blueprint_stays_inside_its_slice_and_within_six_calls():
    catalog = shop(60)
    slices = cut(catalog, budget_chars=8_000)
    assert len(slices) > 3
    plan = CoveragePlan(catalog, slices)
    for index in range(500):
        one = plan.blueprint(index)
        assert set(one.focus) <= set(slices[one.slice].apis)
        assert len(one.focus) == len(set(one.focus)) <= MAX_CALLS


def test_flows_run_forward_and_the_shape_says_what_they_form():
    for one in blueprints(shop(), 300):
        order = {name: i for i, name in enumerate(one.focus)}
        assert all(order[flow.producer] < order[flow.consumer] for flow in one.flows)
        assert len({(flow.consumer, flow.parameter) for flow in one.flows}) == len(one.flows)
        joined = {(flow.producer, flow.consumer) for flow in one.flows}
        fed = Counter(consumer for _, consumer in joined)
        if one.shape == "chain":
            assert joined == set(zip(one.focus, one.focus[1:], strict=False))
        several = one.variation == "multi_entity"
        assert (one.shape == "single") == (len(one.focus) == 1 and not several)
        assert (one.shape == "join") == any(count > 1 for count in fed.values())
        assert (one.shape in ("parallel", "guarded")) == ((len(one.focus) > 1 or several) and not joined)


def test_removals_come_last():
    for one in blueprints(shop(), 300):
        removals = [name.startswith("delete_") for name in one.focus]
        assert removals == sorted(removals)


def test_shapes_difficulties_variations_and_personas_are_mixed():
    plans = blueprints(ingested(SAMPLES / "hub.postman_collection.json"), 400)
    shapes = Counter(one.shape for one in plans)
    assert set(shapes) == {"single", "chain", "parallel", "guarded", "fan_out", "join"}
    assert shapes["single"] <= 0.6 * len(plans)
    assert shapes["chain"] >= 0.15 * len(plans)
    assert {one.difficulty for one in plans} == {"XS", "S", "M", "L", "XL"}
    assert {one.variation for one in plans} == {*VARIATIONS, "plain"}
    assert {one.persona for one in plans} == set(PERSONAS)


def test_personas_are_dealt_round_and_not_by_index_alone():
    catalog = ingested(SAMPLES / "hub.postman_collection.json")
    hub = [one.persona for one in blueprints(catalog, 60)]
    assert all(max(Counter(hub[start : start + 20]).values()) <= 4 for start in (0, 20, 40))
    assert hub != [one.persona for one in blueprints(shop(), 60)]
    assert hub != [one.persona for one in blueprints(catalog, 60, seed=1)]


def test_difficulty_grows_with_the_number_of_calls():
    plans = blueprints(shop(8), 400)
    mean = {
        calls: sum("XS S M L XL".split().index(one.difficulty) for one in plans if len(one.focus) == calls)
        / sum(len(one.focus) == calls for one in plans)
        for calls in {len(one.focus) for one in plans}
    }
    assert [mean[calls] for calls in sorted(mean)] == sorted(mean.values())


def test_no_variation_is_asked_of_operations_that_cannot_carry_it():
    catalog = Catalog("c", apis=tuple(Api(f"create_op{i}", parameters=(text("note"),)) for i in range(6)))
    met = {one.variation for one in blueprints(catalog, 200)}
    assert met <= {"plain", "fallback_flow"}


def test_seed_tasks_are_dealt_evenly():
    plans = blueprints(shop(), 300, seed_tasks=("one", "two", "three"))
    counts = Counter(one.seed_task for one in plans)
    assert set(counts) == {"one", "two", "three"}
    assert max(counts.values()) - min(counts.values()) <= 0.1 * len(plans)
    assert {one.seed_task for one in blueprints(shop(), 20)} == {""}


def test_what_is_lacking_is_aimed_at_by_weight():
    plans = blueprints(shop(10), 400, lacking={"get_thingaa": 3.0, "list_thingbas": 1.0, "unknown": 9.0})
    counts = Counter(name for one in plans for name in one.focus)
    assert counts["get_thingaa"] >= 0.4 * len(plans)
    assert counts["list_thingbas"] >= 0.1 * len(plans)
    assert len(counts) > 10


def test_optional_credentials_are_never_asked_for():
    apis = tuple(Api(f"op{i}", parameters=(text("password"), text("colour_choice"))) for i in range(3))
    filled = {pair[1] for one in blueprints(Catalog("c", apis=apis), 100) for pair in one.required}
    assert filled == {"colour_choice"}


def test_operations_that_nothing_connects_are_taught_alone():
    apis = tuple(Api(name, tags=("t",)) for name in ("sing", "dance", "paint", "cook"))
    plans = blueprints(Catalog("c", apis=apis), 200)
    assert taught(plans) == {api.name for api in apis}
    assert {one.shape for one in plans} == {"single"}


def test_a_single_operation_is_asked_for_again_and_again():
    plans = blueprints(Catalog("c", apis=(Api("only"),)), 20)
    assert {one.focus for one in plans} == {("only",)}


def test_a_catalog_without_operations_has_no_blueprint():
    with pytest.raises(ValueError, match="at least one operation"):
        plan_for(Catalog("empty")).blueprint(0)


def test_two_hundred_records_of_the_hub_have_distinct_plans():
    catalog = ingested(SAMPLES / "hub.postman_collection.json")
    assert len(catalog.apis) >= 40
    apis = {api.name: api for api in catalog.apis}
    plans = blueprints(catalog, 200)
    signatures = {tuple((name, arguments(apis[name], one)) for name in one.focus) for one in plans}
    assert len(signatures) >= 0.6 * len(plans)
    assert sum(one.shape != "single" for one in plans) >= 0.4 * len(plans)


def arguments(api: Api, one: Blueprint) -> tuple[str, ...]:
    return tuple(p.name for p in api.parameters if p.required or (api.name, p.name) in one.required)


def test_twice_as_many_indices_as_operations_teach_every_whole_document():
    for path in whole_documents():
        try:
            catalog = ingested(path)
        except CatalogError:
            continue
        plan = plan_for(catalog)
        met = taught([plan.blueprint(index) for index in range(2 * len(catalog.apis))])
        assert met == set(plan.facts.taught), path.name
