from copy import replace

import orjson
import pytest

from shared.dataset.fold import fold
from shared.dataset.outcome import BaseAnswer, Outcome
from shared.tokens import Tokens
from tests.builders.outcomes import accepted, rejected

INDICES = range(4, 8)


def test_outcomes_come_out_in_index_order():
    folded = fold([accepted(6).to_line(), accepted(4).to_line()], INDICES)
    assert [Outcome.from_line(line).index for line in folded.to_bytes().splitlines()] == [4, 6]


def test_the_first_outcome_of_an_index_wins():
    first, second = rejected(5), accepted(5)
    folded = fold(first.to_line() + second.to_line(), INDICES)
    assert folded.to_bytes() == first.to_line()
    assert folded.repeated == 1


def test_indices_without_an_outcome_are_missing():
    assert fold(accepted(5).to_line(), INDICES).missing == (4, 6, 7)


def test_an_empty_log_misses_everything():
    folded = fold(b"", INDICES)
    assert folded.missing == (4, 5, 6, 7)
    assert folded.to_bytes() == b""


def test_outcomes_of_another_segment_are_ignored_and_counted():
    folded = fold(accepted(9).to_line(), INDICES)
    assert (folded.to_bytes(), folded.foreign) == (b"", 1)


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"index": 5}',
        b'{"index": true, "status": "failed", "attempts": []}',
        b'{"index": 5, "status": "done", "attempts": []}',
        b'{"index": 5, "status": "failed", "attempts": [{}]}',
        b'{"index": 5, "status": "failed", "attempts": [{"tokens": {"prompt": "many"}}]}',
        b'{"index": 5, "status": "failed", "attempts": [], "blueprint": []}',
        b'{"index": 5, "status": "accepted", "attempts": [], "record": {"task_nl": "x"}}',
        b"\xff\xfe",
        accepted(5).to_line()[:-20],
    ],
)
def test_what_is_no_outcome_is_ignored_and_counted(line):
    folded = fold([line, accepted(5).to_line()], INDICES)
    assert folded.undecodable == 1
    assert folded.to_bytes() == accepted(5).to_line()


def test_a_log_may_come_as_bytes_or_lines_with_blank_ones_between():
    lines = [accepted(4).to_line(), b"\n", accepted(5).to_line()]
    assert fold(b"".join(lines), INDICES) == fold(lines, INDICES)


def test_spaces_in_a_line_do_not_reach_the_segment():
    spaced = orjson.dumps(orjson.loads(accepted(4).to_line()), option=orjson.OPT_INDENT_2).replace(
        b"\n", b" "
    )
    assert fold(spaced, INDICES).to_bytes() == accepted(4).to_line()


def test_the_summary_counts_outcomes_reasons_tokens_and_attempts():
    summary = fold([accepted(4).to_line(), rejected(5, "bad_dependency").to_line()], INDICES).summary
    assert summary == {
        "done": 2,
        "counts": {"accepted": 1, "failed": 0, "rejected": 1, "skipped": 0},
        "reasons": {"bad_dependency": 1},
        "tokens": {"prompt": 200, "cached": 80, "completion": 60},
        "attempts": 2,
        "finished_at": "2026-03-01T09:10:00+00:00",
    }


def test_the_summary_counts_what_the_base_model_cost():
    base = BaseAnswer("right", tokens=Tokens(30, 10, 5))
    summary = fold(replace(accepted(4), base=base).to_line(), INDICES).summary
    assert summary["tokens"] == {"prompt": 130, "cached": 50, "completion": 35}
    assert summary["attempts"] == 1
