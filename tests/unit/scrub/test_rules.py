"""The hints of a rule stand in every text in which it finds something."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.scrub.assignments import NAMED, UNNAMED
from shared.scrub.personal import scrub_personal
from shared.scrub.rules import Rule, Rules
from tests.builders.planted import innocents, kinds, planted

VALUE = "fk7SommerZug9x2"
COMMANDS = (
    "-u ann:{v}",
    "curl -x ann:{v}@proxy h",
    "smbclient -U ann%{v} h",
    "exp\tscott/{v}@db",
    "htpasswd -bc file ann {v}",
    "mysql -p{v} -h h",
    "connect('h', 'ann', '{v}')",
    "btoa('ann:{v}')",
    "login('ann', '{v}')",
    "CREATE USER x IDENTIFIED BY '{v}'",
    "openssl enc -pass pass:{v}",
    "${TOKEN:-{v}}",
    '#define TOKEN "{v}"',
    "u: ann p: {v}",
    "u=ann p\t= {v}",
    "use ann / {v}",
    "ann:{v}@h.test",
    "log in with {v}",
    "密码{v}",
    "htpasswd -b {v}",
    "{v} is the password",
    "client.setPassword('{v}')",
    "curl_setopt(c, CURLOPT_USERPWD, '{v}')",
)

OTHERS = (
    "recovery codes: abcd-1234 efgh-5678",
    "secret: ABCD EFG2 HIJK LMN3",
    "seed phrase: legal winner thank year wave sausage worth useful legal winner thank yellow",
)


def texts() -> list[str]:
    def leaves(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for pair in value.items() for one in pair for text in leaves(one)]
        if isinstance(value, list):
            return [text for one in value for text in leaves(one)]
        return [value] if isinstance(value, str) else []

    found = [text.replace("{v}", VALUE) for text in (*COMMANDS, *OTHERS)]
    found += [text for _, value in kinds(VALUE, VALUE) for text in leaves(value)]
    values = [*(one.value for one in planted()), *(one.value for one in innocents())]
    found += [value for value in values if isinstance(value, str)]
    return [*dict.fromkeys(found)]


def by_all(rules: Sequence[Rule], text: str) -> str:
    for rule in rules:
        text = rule.scrub(text)
    return text


@pytest.mark.parametrize("rules", [UNNAMED, NAMED], ids=["unnamed", "named"])
def test_what_a_rule_finds_has_a_hint_of_it(rules: Sequence[Rule]) -> None:
    by_hints, found = Rules(rules), texts()
    variants = (
        str,
        str.upper,
        lambda text: text.replace(" ", "\n"),
        lambda text: f"x\n{text}\ty".replace(" ", "\xa0"),
    )
    assert all(any(rule.scrub(text) != text for text in found) for rule in rules)
    for text in found:
        for change in variants:
            changed = change(text)
            assert by_hints.scrubbed(changed) == by_all(rules, changed)


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_loses_what_it_takes_by_a_letter_or_a_place(text: str) -> None:
    assert VALUE not in Rules((*UNNAMED, *NAMED)).scrubbed(text.replace("{v}", VALUE))


@pytest.mark.parametrize("letter", ["\u0130", "\u0131", "\u017f"])
def test_letters_that_patterns_take_for_others_hide_no_word(letter: str) -> None:
    plain = "i" if letter != "\u017f" else "s"
    text = "Sign in as ann: {v}".replace(plain, letter).replace("{v}", VALUE)
    assert VALUE not in Rules(UNNAMED).scrubbed(text)


def test_a_number_far_down_a_text_is_replaced() -> None:
    text = f"{'word ' * 2_000}call +1 415 555 2671"
    assert "415" not in scrub_personal(text)
