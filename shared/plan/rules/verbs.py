"""What an operation does to its resource, as far as the rules ask: bring about, undo, add to."""

from __future__ import annotations

from functools import lru_cache

from shared.catalog.model import Api
from shared.curriculum.nouns import singular
from shared.identifiers import words_of

_BRINGS = frozenset(
    "create add schedule post attach insert register book reserve subscribe follow like favorite favourite star upload "
    "enable activate assign grant invite publish pin bookmark mute block link connect place open submit enroll "
    "provision install apply set put upsert".split()
)
_WEAK_BRINGS = frozenset({"set", "put", "open", "submit", "apply"})
"""These start as often as they bring about; they count only where the method says POST and nothing else does."""
_UNDOES = frozenset(
    "delete cancel remove disable revoke detach unschedule withdraw deactivate destroy drop erase purge uninstall "
    "disconnect unlink unregister uninvite".split()
)
_UN = ("un", "dis", "de")
_PLACES = 4
_PASSING = frozenset("session lock lease transaction login connection stream draft".split())
"""Resources that live to be ended: who opens one closes it."""


@lru_cache(maxsize=16_384)
def _verb(name: str, method: str) -> str:
    for word in words_of(name)[:_PLACES] + words_of(name)[-1:]:
        if word in _UNDOES or word in _BRINGS or _unverb(word):
            return word
    return {"DELETE": "delete"}.get(method, "")


def _unverb(word: str) -> str:
    """The verb that `unfollow` or `disconnect` takes back, "" if it takes none back."""
    return next(
        (word[len(start) :] for start in _UN if word.startswith(start) and word[len(start) :] in _BRINGS), ""
    )


def verb_of(api: Api) -> str:
    """The telling verb of an operation's name, or `delete` for the method; "" if there is none."""
    return _verb(_own_name(api), api.method)


def _own_name(api: Api) -> str:
    """An operation's name without the folders that ingestion puts before it."""
    return api.original_name or api.name.rpartition(".")[2]


def undoes(api: Api) -> bool:
    """Whether it deletes, cancels, removes, disables or revokes something."""
    verb = verb_of(api)
    return verb in _UNDOES or bool(_unverb(verb)) or api.method == "DELETE"


def brings_about(api: Api) -> bool:
    """Whether it creates, schedules, posts, attaches or adds something."""
    verb = verb_of(api)
    if undoes(api) or api.method in ("GET", "HEAD"):
        return False
    return verb in _BRINGS - _WEAK_BRINGS or (api.method == "POST" and verb in _WEAK_BRINGS)


def takes_back(later: Api, earlier: Api) -> bool:
    """Whether the verbs are the two ends of one thing: `unfollow` after `follow`."""
    return _unverb(verb_of(later)) == verb_of(earlier) != ""


@lru_cache(maxsize=16_384)
def _nouns(name: str) -> frozenset[str]:
    return frozenset(singular(word) for word in words_of(name))


def is_passing(api: Api) -> bool:
    """Whether it handles something that is meant to be ended by whoever began it."""
    return bool(_nouns(_own_name(api)) & _PASSING)


def makes_content(api: Api) -> bool:
    """Whether what it creates is filled by the creation itself: a report, a search, a run."""
    return bool(
        _nouns(_own_name(api))
        & frozenset(
            "report query search analysis export run job snapshot completion transcription comparison forecast order "
            "import batch scan test evaluation copy".split()
        )
    )
