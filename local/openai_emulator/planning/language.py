"""English: identifiers in plain words, one and many, articles, lists."""

from __future__ import annotations

from functools import lru_cache

from shared.curriculum import nouns
from shared.identifiers import words_of

_ACRONYMS = frozenset("id ids url sku kpi kpis crm erp llm pdf csv vat iban qr".split())
_NO_PLURALS = frozenset("news sms gps dns aws ios os css alias atlas bias canvas gas lens series".split())
SMALL = frozenset("a an the of for to in on at by with and or from".split())
"""Words that no phrase ends with."""


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """An identifier as plain words: `orderId` -> `order ID`, `top_k` -> `top k`."""
    return spelt(words_of(name))


def spelt(words: tuple[str, ...] | list[str]) -> str:
    """Words as a phrase, abbreviations in capitals."""
    spoken = [word.upper() if word in _ACRONYMS and word != "ids" else word for word in words]
    return " ".join("IDs" if word == "ids" else word for word in spoken)


def sentence(clause: str) -> str:
    """A clause with a capital letter and a full stop."""
    return f"{clause[:1].upper()}{clause[1:].rstrip('.')}."


def is_plural(phrase: str) -> bool:
    """Whether a phrase such as `special events` names several things."""
    last = phrase.rpartition(" ")[2].lower()
    return nouns.singular(last) != last and not last.endswith("ics") and last not in _NO_PLURALS


def singular(phrase: str) -> str:
    """One of what a phrase such as `special events` names."""
    head, gap, last = phrase.rpartition(" ")
    return f"{head}{gap}{nouns.singular(last)}" if is_plural(phrase) else phrase


def article(phrase: str) -> str:
    """`phrase` with a or an before it."""
    return f"{'an' if phrase[:1].lower() in 'aeiou' else 'a'} {phrase}"


def listed(parts: list[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
