"""A record has all its members in schema order and keeps the record's schema."""

from __future__ import annotations

import pytest

from shared.plan.record import record, schema, schema_findings
from tests.builders.records import CREATED_AT, blueprint, decoded, good_record


def test_the_members_stand_in_schema_order() -> None:
    built = good_record()
    top = schema()["properties"]
    step = top["plan"]["properties"]["steps"]["items"]["properties"]
    assert list(built) == list(top)
    assert list(built["plan"]) == list(top["plan"]["properties"])
    assert all(list(one) == list(step) for one in built["plan"]["steps"])
    assert list(built["metadata"]) == list(top["metadata"]["properties"])


def test_metadata_says_where_the_record_comes_from() -> None:
    built = record("t-1", decoded(), blueprint(difficulty="L"), CREATED_AT, "teacher-1", source="mixed")
    assert built["metadata"] == {
        "domain": "retail",
        "difficulty": "L",
        "source": "mixed",
        "created_at": CREATED_AT,
        "generator_model": "teacher-1",
        "version": 1,
    }


def test_optional_members_are_filled_in() -> None:
    parts = decoded()
    del parts["assumptions"], parts["negatives"]
    parts["plan"]["steps"] = [{"index": 1, "action": "a", "api": "get_order", "arguments": {}}]
    built = record("t-1", parts, blueprint(), CREATED_AT, "teacher-1")
    assert built["assumptions"] == []
    assert built["negatives"] == {"confusers": []}
    assert built["plan"]["steps"][0]["depends_on"] == []
    assert schema_findings(built, whole=True) == []


@pytest.mark.parametrize("name", ["task_id", "task_nl", "plan", "metadata"])
def test_a_record_without_a_required_member_breaks_the_schema(name: str) -> None:
    built = good_record()
    del built[name]
    assert [error["code"] for error in schema_findings(built, whole=True)] == ["schema"]


def test_a_member_of_one_s_own_breaks_the_schema() -> None:
    built = good_record()
    built["metadata"]["tokens"] = 5
    assert schema_findings(built, whole=True)[0]["path"] == "metadata"
