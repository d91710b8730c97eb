from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.dataset.fold import fold
from shared.dataset.manifest import PublishedFile
from tests.builders.outcomes import accepted, mixed, publication, record, written

COUNT = 40
OUTCOMES = [*mixed(COUNT - 2), accepted(COUNT - 2, record=record(2)), accepted(COUNT - 1, record=record(4))]
LINES = [outcome.to_line() for outcome in OUTCOMES]
OPTIONS: dict[str, Any] = {"formats": ["tools", "dpo"], "train_rows": 25}


def bytes_of(log):
    making = publication(**OPTIONS)
    files = written(making, list(fold(log, range(COUNT)).lines.values()))
    listed = [PublishedFile(path, data.count(b"\n"), len(data), "0" * 64) for path, data in files.items()]
    return {**files, "manifest.json": making.manifest(listed)}


EXPECTED = bytes_of(LINES)


@given(
    st.permutations(LINES),
    st.lists(st.sampled_from(LINES), max_size=30),
    st.lists(st.binary(max_size=30), max_size=5),
)
def test_order_repetition_and_noise_change_no_published_byte(lines, repeated, noise):
    noisy = [piece.replace(b"\n", b" ") + b"\n" for piece in noise]
    assert bytes_of([*noisy, *lines, *repeated]) == EXPECTED
