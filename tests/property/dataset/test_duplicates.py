from hypothesis import given
from hypothesis import strategies as st

from shared.dataset.duplicates import NearDuplicates
from shared.dataset.position_index import PositionIndex
from shared.dataset.tools import MAX_NAME, function_names
from shared.dataset.wording import Wording
from tests.builders.outcomes import plan

TEXTS = st.text(max_size=80)
FEW_WORDS = st.lists(st.sampled_from("send the red blue lamp 12 15 to oslo".split()), max_size=9).map(
    " ".join
)


@given(TEXTS, TEXTS)
def test_any_wording_survives_packing(task, value):
    wording = Wording.of(task, plan("a", note=value))
    assert Wording.unpack(wording.pack()) == wording


@given(st.lists(FEW_WORDS, max_size=40), st.sampled_from([0.5, 0.85, 1.0]))
def test_what_repeats_names_a_kept_record_that_is_alike_enough(tasks, threshold):
    near, kept = NearDuplicates(threshold), []
    for task in tasks:
        wording, repeat = Wording.of(task, plan("a")), near.add(task, plan("a"))
        if repeat is None:
            assert all(wording.words != other.words for other in kept)
            kept.append(wording)
        else:
            assert repeat.similarity >= threshold
            assert repeat.position < len(kept)


@given(st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**32 - 2), max_size=300))
def test_an_index_forgets_no_key(entries):
    index = PositionIndex(expected=20)
    for key, position in entries.items():
        index.add([key], position)
    assert all(position in index.gather([key]) for key, position in entries.items())


@given(st.sets(st.text("ab._-", min_size=1, max_size=MAX_NAME), max_size=40))
def test_function_names_are_proper_and_unique(names):
    functions = function_names(names)
    assert set(functions) == names
    assert len(set(functions.values())) == len(names)
    for name, function in functions.items():
        assert 1 <= len(function) <= MAX_NAME
        assert "." not in function
        assert function == name or "." in name
