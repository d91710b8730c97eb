"""Names of a catalog as a person would say them: verbs, objects and parameters in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from local.openai_emulator.planning.verbs import ALSO_NOUNS, CREATING, METHOD_VERB, VERBS
from shared.identifiers import words_of

_TECHNICAL = re.compile(
    r"[_{}<>`\\/$#=|@*\[\]]|https?:|\b[a-z]+[A-Z]|\b\w+\.\w+|\b(?:API|REST|HTTP|JSON|endpoint)\b"
)
_MARKUP = re.compile(r"<[^>]{1,200}>|[*`]+|!?\[([^\]]{0,200})\]\([^)]{0,400}\)")
_SENTENCE_END = re.compile(
    r"[.;:!?](?:\s|$)|\n| - | \(|, (?:which|where|so|see|e\.g|optionally|for one|within an)|,? so that "
)
_AND_DOES = re.compile(r"\band (\w+s)(?= (?:it|them|the|those|its|their|a|an|one)\b)")
_AFTER_VERB = frozenset(
    "a an the one all any its their each whether who what when how where it this that these those up down out off "
    "in on into new every several".split()
)
_PARTICLES = frozenset("up down out off back in into over through".split())
_DETERMINED = _AFTER_VERB | frozenset("your my our his her some which one two three each both no".split())
_TO = frozenset("to into for with by from on".split())
_MAX_GOAL_WORDS = 16
_VERB_WORDS = 5

_SKIP = frozenset(
    "v1 v2 v3 api apis rest endpoint async http https json op operation request requests rpc".split()
)
_SMALL = frozenset("a an the of for to in on at by with and or from".split())
_ACRONYMS = frozenset("id ids url sku kpi kpis crm erp llm pdf csv vat iban".split())


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """An identifier as plain words: `orderId` -> `order ID`, `top_k` -> `top k`."""
    spoken = [word.upper() if word in _ACRONYMS and word != "ids" else word for word in words_of(name)]
    return " ".join("IDs" if word == "ids" else word for word in spoken)


def sentence(clause: str) -> str:
    """A clause with a capital letter and a full stop."""
    return f"{clause[:1].upper()}{clause[1:].rstrip('.')}."


def is_plural(phrase: str) -> bool:
    """Whether a phrase such as `special events` names several things."""
    last = phrase.rpartition(" ")[2].lower()
    return (
        last.endswith("s") and not last.endswith(("ss", "us", "is", "ics")) and last not in ("news", "status")
    )


def singular(phrase: str) -> str:
    """One of what a phrase such as `special events` names."""
    head, gap, last = phrase.rpartition(" ")
    return f"{head}{gap}{_one_of(last)}" if is_plural(phrase) else phrase


def article(phrase: str) -> str:
    """`phrase` with a or an before it."""
    return f"{'an' if phrase[:1].lower() in 'aeiou' else 'a'} {phrase}"


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


def goal_of(name: str, description: str, method: str) -> Goal:
    """The goal of an operation, from its description where that reads like one, else from its name."""
    words = _own_words(name, method)
    place = _verb_place(words)
    verb = words[place] if place is not None else METHOD_VERB.get(method, "run")
    named = words if method in METHOD_VERB else words[1:]
    rest_words = named if place is None else words[place + 1 :] or words[:place]
    while len(rest_words) > 1 and rest_words[0] in _DETERMINED | {"all", "my"}:
        rest_words = rest_words[1:]
    noun = _noun(rest_words) or ("" if place is not None else _noun(words))
    described = _from_description(description)
    if described is not None:
        said, rest = described
        if (
            said in CREATING
            and method == "POST"
            and is_plural(rest)
            and " " not in rest.strip().replace(noun, "x")
        ):
            rest = article(singular(rest))
            noun = singular(noun)
        fixed = said == "put" or rest.split(" ", 1)[0].lower() in _PARTICLES
        return Goal(
            (said,) if fixed else VERBS.get(said, (said,)), rest, noun, verb if place is not None else said
        )
    if place is None and len(words) > 1 and method not in METHOD_VERB:
        # The name of an operation begins with its verb, also where that is a rare one.
        rest = noun if words[1] in _TO else f"the {noun or 'result'}"
        return Goal((words[0],), rest, noun or "result", words[0])
    if not noun:
        return Goal(VERBS[verb], "what is there", "result", verb)
    if rest_words and rest_words[0] in _TO:
        return Goal(VERBS[verb], noun, noun.partition(" ")[2] or noun, verb)
    if verb == "return" and place == 0 and method not in ("GET", "HEAD"):
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
        if not skips and word not in _SKIP:
            kept.append(word)
    return kept


def _verb_place(words: list[str]) -> int | None:
    """Where the verb of a name stands; what comes before it is a folder or a group."""
    places = [place for place, word in enumerate(words[:_VERB_WORDS]) if word in VERBS]
    return next((place for place in places if words[place] not in ALSO_NOUNS), places[0] if places else None)


def _noun(words: list[str]) -> str:
    if "by" in words and words.index("by") > 0:
        words = words[: words.index("by")]
    kept = [word for word in words if not word.isdigit()][:6]
    while kept and kept[-1] in _SMALL:
        kept.pop()
    return " ".join(word.upper() if word in _ACRONYMS else word for word in kept)


def _from_description(description: str) -> tuple[str, str] | None:
    text = _MARKUP.sub(r"\1", description[:400]).strip()
    end = _SENTENCE_END.search(text)
    words = _without_title((text[: end.start()] if end else text).split())
    if not 3 <= len(words) <= _MAX_GOAL_WORDS + 6:
        return None
    verb = _base_verb(words[0].lower().strip(",.")) or _third_person(words)
    rest = " ".join(words[1 : _MAX_GOAL_WORDS + 1]).rstrip(",")
    while rest.rsplit(" ", 1)[-1].lower() in _SMALL:
        rest = rest.rsplit(" ", 1)[0] if " " in rest else ""
    rest = _AND_DOES.sub(lambda m: f"and {_base_verb(m[1]) or _plain_form(m[1])}", rest)
    if verb is None or not rest or _TECHNICAL.search(rest):
        return None
    if len(words) == 3 and words[1].lower() in _SMALL:
        return None
    return verb, _with_article(rest)


def _without_title(words: list[str]) -> list[str]:
    """The words of a title (`Get Top Items`) in small letters, abbreviations aside; those of a sentence as they are."""
    spoken = [word for word in words if word.lower() not in _SMALL]
    if len(spoken) < 2 or not all(word[:1].isupper() for word in spoken):
        return words
    return [word.lower() if word[1:].islower() or "'" in word else word for word in words]


def _with_article(rest: str) -> str:
    """`special event` as `the special event`; plurals, names and what has a determiner stay."""
    spoken = rest.split()
    if (
        spoken[0].lower() in _DETERMINED
        or spoken[0].lower() in _SMALL | _PARTICLES
        or not spoken[0].islower()
    ):
        return rest
    head = next((place for place, word in enumerate(spoken) if word.lower() in _SMALL), len(spoken))
    noun = spoken[:head][-1].strip(",")
    is_plural = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    return (
        rest
        if is_plural or noun in ("people", "data", "information") or "," in rest[: rest.find(noun)]
        else f"the {rest}"
    )


def _third_person(words: list[str]) -> str | None:
    """The plain form of a first word such as `Groups` or `Forgets`, where what follows shows that it is a verb."""
    word, following = words[0].lower(), words[1].lower()
    is_verb = word.endswith("s") and not word.endswith("ss")
    if not is_verb or not (following in _AFTER_VERB or following.endswith("s")):
        return None
    return _plain_form(word)


def _one_of(noun: str) -> str:
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    return noun[:-2] if noun.endswith(("ches", "shes", "sses", "xes")) else noun.removesuffix("s")


def _plain_form(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "oes")):
        return word[:-2]
    return word.removesuffix("s")


def _base_verb(word: str) -> str | None:
    for candidate in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        spelled = (
            candidate.replace("yse", "yze").replace("ise", "ize") if candidate not in VERBS else candidate
        )
        if spelled in VERBS:
            return spelled
    return None
