import pytest

from shared.dataset.duplicates import NearDuplicates
from shared.dataset.sketch import Sketcher
from tests.builders.outcomes import plan, task

LONG = "Please cancel the order of the blue lamp for our customer in Oslo and tell me what will be refunded and when"


def kept(*pairs, threshold=0.85):
    near = NearDuplicates(threshold)
    return [near.add(text, made) for text, made in pairs]


def test_the_first_stays_and_a_later_one_names_it():
    other = (task(1), plan("depot.op1"))
    results = kept(other, (LONG, plan()), other, (LONG, plan()))
    assert [r and r.position for r in results] == [None, None, 0, 1]


@pytest.mark.parametrize(
    "reworded",
    [
        LONG.upper(),
        LONG.replace(" ", "  ") + "!",
        "Please, c" + LONG[8:],
        LONG + " please",
        LONG.replace("Oslo", "Lima"),
        LONG.replace("our ", ""),
    ],
)
def test_a_task_said_nearly_the_same_is_a_duplicate_whatever_its_plan(reworded):
    assert kept((LONG, plan("depot.op1")), (reworded, plan("depot.op2", "depot.op3")))[1] is not None


def test_a_plan_with_only_its_values_changed_is_a_duplicate():
    first = ("Send invoice 1042 to anna@example.com", plan("mail", invoice=1042, to="anna@example.com"))
    second = ("Send invoice 77 to bob@example.org", plan("mail", invoice=77, to="bob@example.org"))
    assert kept(first, second)[1].similarity == 1.0


def test_words_of_the_arguments_are_values_too():
    first = ("Rename the folder to summer photos", plan("rename", title="summer photos"))
    second = ("Rename the folder to winter drafts", plan("rename", title="winter drafts"))
    assert kept(first, second)[1] is not None


def test_changed_values_with_another_plan_are_no_duplicate():
    first = ("Send invoice 1042 to anna@example.com", plan("mail", invoice=1042))
    second = ("Send invoice 77 to bob@example.org", plan("post", invoice=77))
    assert kept(first, second) == [None, None]


def test_the_same_plan_for_a_really_different_task_is_kept():
    assert kept((task(1), plan()), (task(2), plan())) == [None, None]


def test_kept_records_of_one_signature_are_one_family():
    near = NearDuplicates()
    for number, made in enumerate([plan("a"), plan("b"), plan("a", id="other"), plan("b"), plan("a", "b")]):
        near.add(task(number), made)
    assert list(near.families) == [0, 1, 0, 1, 4]


def test_equal_tasks_are_found_among_any_number_of_alike_ones():
    near = NearDuplicates(1.0)
    texts = [f"open the door number {number}" for number in range(400)]
    for number, text in enumerate(texts):
        assert near.add(text, plan(f"op{number}", note="x")) is None
    assert [near.add(text, plan("other")).position for text in texts] == list(range(400))


def test_a_task_without_words_is_compared_like_any_other():
    assert [bool(result) for result in kept(("", plan("a")), ("?!", plan("b")), (LONG, plan("c")))] == [
        0,
        1,
        0,
    ]


def test_scripts_without_spaces_are_compared_by_character():
    first = "大阪の顧客の注文を取り消して返金額を教えてください"
    assert kept((first, plan("a")), (first + "ね", plan("b")))[1] is not None
    assert (
        kept((first, plan("a")), ("東京の倉庫にある在庫を今すぐ全部数えて報告しなさい", plan("b")))[1] is None
    )


def test_a_lower_threshold_finds_looser_repeats():
    loose = LONG.replace("blue lamp", "old red chair").replace("customer", "neighbour")
    assert kept((LONG, plan("a")), (loose, plan("b")))[1] is None
    assert kept((LONG, plan("a")), (loose, plan("b")), threshold=0.5)[1] is not None


def test_nothing_can_be_added_after_closing():
    near = NearDuplicates()
    near.close()
    with pytest.raises(RuntimeError, match="closed"):
        near.add(LONG, plan())


@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0])
def test_bands_keep_their_recall_at_the_threshold(threshold):
    sketcher = Sketcher.tuned(threshold, bands=8, recall=0.99, seed=1)
    assert 1 - (1 - threshold**sketcher.rows) ** 8 >= 0.99


def test_near_duplicates_are_found_at_the_promised_rate():
    from random import Random

    rnd = Random(5)
    words = ["".join(rnd.choice("abcdefgh") for _ in range(5)) for _ in range(2000)]
    near = NearDuplicates(0.85)
    texts = [[rnd.choice(words) for _ in range(40)] for _ in range(300)]
    for number, text in enumerate(texts):
        assert near.add(" ".join(text), plan(f"op{number}")) is None
    # One word of forty changed: 116 of 121 pieces and more in common, well above the threshold.
    found = 0
    for text in texts:
        changed = list(text)
        changed[rnd.randrange(40)] = "elsewhere"
        found += near.add(" ".join(changed), plan("another")) is not None
    assert found >= 297
