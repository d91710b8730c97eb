"""What the rules ask of an operation's role: does it bring about, does it take back, does what it makes fill itself."""

from __future__ import annotations

from functools import lru_cache

from shared.catalog.model import Api
from shared.curriculum.nouns import singular
from shared.curriculum.roles import Nature
from shared.identifiers import words_of

_PASSING = frozenset("session lock lease transaction login connection stream draft".split())
"""Resources that live to be ended: who opens one closes it."""
_FILLED = frozenset(
    "report query search analysis export run job snapshot completion transcription comparison forecast order "
    "import batch scan test evaluation copy".split()
)
_UN = ("un", "dis", "de")


def brings_about(nature: Nature) -> bool:
    """Whether an operation creates, schedules, posts, attaches or adds something."""
    return nature.role in ("create", "attach")


@lru_cache(maxsize=16_384)
def _words(name: str) -> tuple[str, ...]:
    return words_of(name)


def _own_words(api: Api) -> tuple[str, ...]:
    """The words of an operation's name without the folders that ingestion puts before it."""
    return _words(api.original_name or api.name.rpartition(".")[2])


def takes_back(later: Api, earlier: Api) -> bool:
    """Whether the verbs are the two ends of one thing: `unfollow` after `follow`."""
    verbs = _own_words(earlier)
    return any(
        word.startswith(start) and word[len(start) :] in verbs for word in _own_words(later) for start in _UN
    )


def is_passing(api: Api, nature: Nature) -> bool:
    """Whether it handles something that is meant to be ended by whoever began it."""
    return nature.signs_in or nature.resource in _PASSING or not _PASSING.isdisjoint(_own_words(api))


def makes_content(api: Api) -> bool:
    """Whether what it creates is filled by the creation itself: a report, a search, a run."""
    return any(singular(word) in _FILLED for word in _own_words(api))
