"""What the description of an operation says that it does, where it reads like an order."""

from __future__ import annotations

import re

from local.openai_emulator.planning.language import SMALL, is_plural
from local.openai_emulator.planning.verbs import DETERMINERS, VERBS
from shared.curriculum.nouns import singular

_TECHNICAL = re.compile(
    r"[_{}<>`\\/$#=|@*\[\]]|https?:|\b[a-z]+[A-Z]|\b\w+\.\w+|\b(?:API|REST|HTTP|JSON|endpoint)\b"
)
_MARKUP = re.compile(r"<[^>]{1,200}>|[*`]+|!?\[([^\]]{0,200})\]\([^)]{0,400}\)")
_SENTENCE_END = re.compile(
    r"[.;:!?](?:\s|$)|\n| - | \(|, (?:which|where|so|see|e\.g|optionally|for one|within an)|,? so that "
)
_AND_DOES = re.compile(r"\band (\w+s)(?= (?:it|them|the|those|its|their|a|an|one)\b)")
_EMPTY = re.compile(r"\b(?:(an?) )?(?:specific|given|particular|specified|certain) (?=([aeiou])?)")
"""Words that say nothing once the task names which one is meant."""
_PARTICLES = frozenset("up down out off back in into over through".split())
_AFTER_VERB = DETERMINERS | _PARTICLES | frozenset("each whether who what when how where it on new".split())
_UNCOUNTED = ("people", "data", "information")
_MAX_WORDS = 16


def described_goal(description: str) -> tuple[str, str] | None:
    """The verb, and what follows it with an article, of a description that begins with a verb; None for any other."""
    text = _MARKUP.sub(r"\1", description[:400]).strip()
    end = _SENTENCE_END.search(text)
    words = _without_title((text[: end.start()] if end else text).split())
    if not 3 <= len(words) <= _MAX_WORDS + 6:
        return None
    verb = base_verb(words[0].lower().strip(",.")) or _third_person(words)
    rest = _EMPTY.sub(_bare, " ".join(words[1 : _MAX_WORDS + 1]).rstrip(","))
    while rest.rsplit(" ", 1)[-1].lower() in SMALL:
        rest = rest.rsplit(" ", 1)[0] if " " in rest else ""
    rest = _AND_DOES.sub(lambda m: f"and {base_verb(m[1]) or singular(m[1])}", rest)
    if verb is None or not rest or _TECHNICAL.search(rest):
        return None
    if len(words) == 3 and words[1].lower() in SMALL:
        return None
    return verb, _with_article(rest)


def _bare(empty: re.Match[str]) -> str:
    return "" if empty[1] is None else "an " if empty[2] else "a "


def is_phrasal(rest: str) -> bool:
    """Whether what follows a verb belongs to it (`put back the order`), so that no other verb will do."""
    return rest.split(" ", 1)[0].lower() in _PARTICLES


def base_verb(word: str) -> str | None:
    """The plain form of a verb that is known by it, in American spelling; None for other words."""
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        spelled = form.replace("yse", "yze").replace("ise", "ize") if form not in VERBS else form
        if spelled in VERBS:
            return spelled
    return None


def _without_title(words: list[str]) -> list[str]:
    """The words of a title (`Get Top Items`) in small letters, abbreviations aside; those of a sentence as they are."""
    spoken = [word for word in words if word.lower() not in SMALL]
    if len(spoken) < 2 or not all(word[:1].isupper() for word in spoken):
        return words
    return [word.lower() if word[1:].islower() or "'" in word else word for word in words]


def _with_article(rest: str) -> str:
    """`special event` as `the special event`; plurals, names and what has a determiner stay."""
    spoken = rest.split()
    first = spoken[0].lower()
    if first in DETERMINERS | _AFTER_VERB | SMALL or not spoken[0].islower():
        return rest
    head = next((place for place, word in enumerate(spoken) if word.lower() in SMALL), len(spoken))
    noun = spoken[:head][-1].strip(",")
    is_bare = is_plural(noun) or noun in _UNCOUNTED or "," in rest[: rest.find(noun)]
    return rest if is_bare else f"the {rest}"


def _third_person(words: list[str]) -> str | None:
    """The plain form of a first word such as `Groups` or `Forgets`, where what follows shows that it is a verb."""
    word, following = words[0].lower(), words[1].lower()
    is_verb = singular(word) != word and (following in _AFTER_VERB or following.endswith("s"))
    return singular(word) if is_verb else None
