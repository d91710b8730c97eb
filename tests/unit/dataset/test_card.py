import re

from msgspec.structs import replace

from tests.builders.outcomes import accepted, mixed, published, record, rejected


def card(outcomes, **options):
    return published(outcomes, **options)["README.md"].decode()


def test_every_chart_that_the_card_shows_is_published():
    files = published(mixed(40))
    shown = re.findall(r"\]\((charts/[^)]+)\)", files["README.md"].decode())
    assert sorted(shown) == sorted(path for path in files if path.startswith("charts/"))


def test_the_card_says_what_it_holds_and_why_the_rest_is_missing():
    text = card([*mixed(40), accepted(40, record=record(1))])
    assert "| accepted | 35 (85.4%) |" in text
    assert "| `wrong_type` | 5 |" in text
    assert "| `duplicate` | 1 |" in text
    assert "license:" in text
    assert "## Licence" in text


def test_answers_of_an_emulator_are_called_so():
    assert "emulator" in card([accepted(i, model="emulator-teacher") for i in range(12)])
    assert "emulator" not in card(mixed(12))


def test_operations_that_are_not_taught_say_why():
    text = card([accepted(0), rejected(1)], operations=8)
    assert "not taught: `depot.op1` (rejected: wrong_type 1)" in text
    assert "not taught: `depot.op7` (not planned)" in text


def test_a_known_price_is_shown_and_an_unknown_one_is_not_invented():
    assert re.search(r"US dollars \| \d", card(mixed(12)))
    assert "no price is known" in card([accepted(i, model="unheard-of") for i in range(12)])


def test_names_from_outside_cannot_break_the_tables():
    text = card([rejected(0, "odd|<b>`reason`\nx"), rejected(1, "![see](https://example.com/x.png)")])
    assert "| `odd/‹b›'reason' x` | 1 |" in text
    assert "](http" not in text


def test_asked_formats_are_listed():
    assert "dpo-train" in card(mixed(12), formats=["dpo"])
    assert "dpo-train" not in card(mixed(12))


def test_the_card_says_how_good_the_judged_records_are():
    scores = {"does_the_task": 5, "would_be_asked": 3, "from_somewhere": 5}
    kept = {"score": 3, "question": "would_be_asked", "reason": "stiff", "scores": scores}
    text = card([replace(accepted(index), judgement=kept) for index in range(12)])
    assert "12 accepted records drawn at random were judged" in text
    assert "| 0% (95 % interval 0% to 24%) |" in text
    assert "| a person would ask for this | 3.00 of 5 |" in text
    assert "No record was judged" in card(mixed(12))
