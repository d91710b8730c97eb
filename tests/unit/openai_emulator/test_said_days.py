import pytest

from local.openai_emulator.planning.said_days import STAMP, day_said
from shared.identifiers import words_of


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("published_on", "published on 12 December 2027"),
        ("due_on", "due on 12 December 2027"),
        ("starts_from", "from 12 December 2027"),
        ("date_of_birth", "with the date of birth 12 December 2027"),
        ("delivery_date", "with the delivery on 12 December 2027"),
    ],
)
def test_a_day_is_said_by_what_its_name_says(name: str, said: str):
    stamp = STAMP.fullmatch("2027-12-12")
    assert stamp is not None
    assert day_said(words_of(name), stamp, "book") == said
