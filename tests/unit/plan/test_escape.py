"""Nothing that the escape-rate benchmark plants gets through, and no good plan is refused."""

from __future__ import annotations

from benchmarks.escape_rate import measure
from testing.shop import CATALOG


def test_no_planted_fault_escapes_and_no_good_plan_is_refused() -> None:
    result = measure(CATALOG, 4, 60)
    assert [row.name for row in result.rows if row.escaped or row.cases < 4] == []
    assert result.false_alarms == 0
    assert len(result.rows) >= 15
