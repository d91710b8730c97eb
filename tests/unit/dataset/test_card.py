import re

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
    assert "| distinct tasks | 100.0% |" in text
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
    text = card([rejected(0, "odd|<b>`reason`\nx")])
    assert "| `odd/‹b›'reason' x` | 1 |" in text


def test_asked_formats_are_listed():
    assert "dpo-train" in card(mixed(12), formats=["dpo"])
    assert "dpo-train" not in card(mixed(12))
