"""What an operation does, as a person asks for it: a verb and an object, from its description or its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.openai_emulator.planning.descriptions import described_goal, is_phrasal
from local.openai_emulator.planning.language import SMALL, article, is_plural, singular, spelt
from local.openai_emulator.planning.verbs import (
    ALSO_NOUNS,
    CREATING,
    DETERMINERS,
    METHOD_VERB,
    OBJECTLESS,
    VERBS,
)
from shared.curriculum.nouns import is_variable, path_segments, segment_noun
from shared.curriculum.verbs import METHODS, ROLE_OF, plain_verb
from shared.identifiers import words_of

_TO = frozenset("to into for with by from on in".split())
_BEFORE_NOUNS = DETERMINERS | {"new"}
_VERB_WORDS = 5
_MAX_NOUN_WORDS = 6
_FILLERS = frozenset(
    "v1 v2 v3 api apis rest endpoint async http https json op operation request requests rpc".split()
)
_OF_THINGS = re.compile(r"(?:ing|tion|sion|ment|ance|ence|ware|ity|ship)\Z")
"""Endings of words that name a thing or a doing, as `shopping` and `tokenisation`."""
_OF_KINDS = re.compile(r"(?:ed|ary|ive|ous|ical|line)\Z|\A[^aeiouy]+\Z|\A.{1,2}\Z|\d")
"""What tells a word that says which kind of thing is meant, as `binary` and `qr`, from a rare verb."""
_WRITING = frozenset("create change attach start cancel".split())
_PLACED = frozenset("order bid bet call hold trade".split())
_NOUNS_AT_FIRST = frozenset("auto manual contact user card payment partner message raw text software".split())


@dataclass(frozen=True, slots=True)
class Goal:
    """What an operation does, as a person asks for it: any of `verbs`, then `rest`.

    Attributes:
        verbs: interchangeable phrases, never empty.
        rest: the object with its article and qualifiers; may be empty.
        noun: the bare object ("order"), for talking about it later.
        verb: the verb of the operation itself, in its plain form; "" where it has none.
    """

    verbs: tuple[str, ...]
    rest: str
    noun: str
    verb: str = ""

    def say(self, choice: int) -> str:
        """The goal as a clause, with the verb that `choice` picks."""
        return f"{self.verbs[choice % len(self.verbs)]} {self.rest}".strip()


def goal_of(name: str, description: str, method: str, path: str = "") -> Goal:
    """The goal of an operation, from its description where that reads like one, else from its name and path."""
    words = _own_words(name, method)
    place = _verb_place(words, method)
    verb = words[place] if place is not None else METHOD_VERB.get(method, "run")
    named = words if method in METHOD_VERB or place is not None else words[1:]
    rest = named if place is None else words[place + 1 :] or words[:place]
    while len(rest) > 1 and rest[0] in _BEFORE_NOUNS:
        rest = rest[1:]
    noun = _noun(rest) or ("" if place is not None else _noun(words))
    if (described := described_goal(description)) is not None:
        return _described(*described, noun, method, verb if place is not None else "")
    if place is None and method not in METHOD_VERB and len(words) > 1:
        return _of_rare_words(words, method)
    if not noun:
        return _without_noun(verb, name, path, is_named=place is not None)
    return _named(verb, rest, noun, method, is_first=place == 0)


def _described(said: str, rest: str, noun: str, method: str, verb: str) -> Goal:
    """A goal in the words of a description."""
    is_one_word = " " not in rest.strip().replace(noun, "x")
    if said in CREATING and method == "POST" and is_plural(rest) and is_one_word:
        rest, noun = article(singular(rest)), singular(noun)
    fixed = said == "put" or is_phrasal(rest)
    return Goal((said,) if fixed else VERBS.get(said, (said,)), rest, noun, verb or said)


def _of_rare_words(words: list[str], method: str) -> Goal:
    """The goal of a name whose verb, if it has one, is none that is known.

    `enrollInCourse` begins with its verb; `Payment tokenisation` and `QR code` name a thing, to be sent or carried out.
    """
    first, second = words[:2]
    noun = _noun(words[1:]) or "result"
    if plain_verb(first) in ROLE_OF and first not in _NOUNS_AT_FIRST:
        return Goal((first,), _object(second, noun), noun, first)
    if second == "to":  # `gallon_to_liter`
        return Goal(("convert", "turn"), f"{spelt([first])} to {noun}", noun, "convert")
    head = words[: next((n for n, word in enumerate(words) if n and word in _TO), len(words))]
    is_thing = first in _NOUNS_AT_FIRST or _OF_KINDS.search(first) or _OF_THINGS.search(head[-1])
    if is_thing or method:
        noun = _noun(words)
        return Goal(VERBS["post" if method == "POST" else "run"], f"the {noun}", noun, "run")
    return Goal((first,), _object(second, noun), noun, first)


def _object(preposition: str, noun: str) -> str:
    """The object of a verb, behind the preposition that stands between them, if one does."""
    if preposition not in _TO:
        return f"the {noun}"
    return f"{preposition} {noun if is_plural(noun) else f'the {noun}'}"


def _without_noun(verb: str, name: str, path: str, *, is_named: bool) -> Goal:
    """The goal of a name that says no thing: of what its path is about, else of what is done, or of the request."""
    if verb in OBJECTLESS:
        return Goal(OBJECTLESS[verb], "", "session", verb)
    things = [segment_noun(part) for part in path_segments(path) if not is_variable(part)]
    if noun := next((thing for thing in reversed(things) if thing and thing not in {verb, *METHODS}), ""):
        return Goal(VERBS[verb], f"the {noun}", noun, verb)
    if is_named:
        return Goal(VERBS["run"], f"the {verb}", verb, verb)
    noun = _noun([word for word in words_of(name.rpartition(".")[2]) if word != "request"])
    return Goal(
        ("send", "send off"), f"the {noun} request".replace("  ", " "), f"{noun} request".strip(), "run"
    )


def _named(verb: str, rest: list[str], noun: str, method: str, *, is_first: bool) -> Goal:
    """A goal in the words of a name with a known verb."""
    if len(rest) > 2 and rest[0] in ("or", "and") and rest[1] in VERBS:  # `create_or_join_lobby`
        noun = _noun(rest[2:])
        return Goal((f"{verb} {rest[0]} {rest[1]}",), article(noun), noun, verb)
    if rest and rest[0] in _TO:
        return Goal(VERBS[verb], spelt([rest[0], *noun.split()]), noun, verb)
    if verb == "return" and is_first and method not in ("GET", "HEAD"):
        return Goal(("send back", "return"), f"the {noun}", noun, verb)
    if verb in CREATING and not is_plural(noun):
        return Goal(VERBS[verb], article(noun), noun, verb)
    return Goal(VERBS[verb], f"the {noun}", noun, verb)


def _own_words(name: str, method: str) -> list[str]:
    """The words of a name without its method and without the variables of a path that it repeats (`tv tv_id`)."""
    last = name.rpartition(".")[2]
    if method and last.startswith(f"{method.upper()}_"):
        last = last[len(method) + 1 :]
    kept: list[str] = []
    skips = False
    for word in words_of(last):
        if skips and word in ("id", "number", "key", "name", "slug"):
            skips = False
            continue
        skips = bool(kept) and word == kept[-1]
        if not skips and word not in _FILLERS:
            kept.append(word)
    return kept


def _verb_place(words: list[str], method: str) -> int | None:
    """Where the verb of a name stands; what comes before it is a folder or a group."""
    if words[:1] == ["place"] and words[1:2] and words[1] in _PLACED:
        return 0
    places = [place for place, word in enumerate(words[:_VERB_WORDS]) if word in VERBS and word != "place"]
    if sure := [place for place in places if words[place] not in ALSO_NOUNS]:
        return sure[0]
    if method in ("GET", "HEAD"):  # nothing is ordered by `GET order_details`
        places = [place for place in places if ROLE_OF.get(words[place]) not in _WRITING]
    return places[0] if places else None


def _noun(words: list[str]) -> str:
    """The bare object in some words, without what it is chosen by (`order by id`)."""
    while words and words[0] in _TO | _BEFORE_NOUNS:
        words = words[1:]
    if "by" in words:
        words = words[: words.index("by")]
    kept = [word for word in words if not word.isdigit()][:_MAX_NOUN_WORDS]
    while kept and kept[-1] in SMALL:
        kept.pop()
    return spelt(kept)
