"""Plans as drawings: nothing on top of something else, every dependency a line."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.http.console.plan_graph import graph
from tests.builders.records import step


@st.composite
def plans(draw: st.DrawFn) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 9))
    return [
        step(
            n, f"call_{n}", {}, depends_on=draw(st.lists(st.integers(1, n - 1), unique=True)) if n > 1 else []
        )
        for n in range(1, count + 1)
    ]


@given(plans())
def test_boxes_lie_apart_and_inside_and_lines_lead_to_the_right(steps: list[dict[str, Any]]) -> None:
    drawn = graph(steps)
    wide, high = drawn.box_width, drawn.box_height
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= wide or abs(one.y - other.y) >= high
    assert all(box.x + wide <= drawn.width and box.y + high <= drawn.height for box in drawn.boxes)
    assert len(drawn.lines) == sum(len(found["depends_on"]) for found in steps)
    column = {box.index: box.x for box in drawn.boxes}
    assert all(column[n] < column[found["index"]] for found in steps for n in found["depends_on"])


def test_a_line_tells_what_is_handed_over() -> None:
    first = step(1, "create_order", {}, outputs=["order"])
    second = step(
        2, "pay", {"order_id": "${steps.1.order.id}", "sum": "${steps.1.order.sum}"}, depends_on=[1]
    )
    drawn = graph([first, second])
    assert [line.label for line in drawn.lines] == ["order.id +1"]
    assert "2 pay after 1" in drawn.said


def test_a_dependency_on_no_step_is_not_drawn() -> None:
    assert graph([step(1, "a", {}, depends_on=[1, 7])]).lines == []
