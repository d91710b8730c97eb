"""Plans that end where they began, and reads of what is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from shared.catalog.model import Api
from shared.curriculum.natures import Nature
from shared.curriculum.nouns import singular
from shared.identifiers import words_of
from shared.plan.case import Case, leaves
from shared.plan.codes import Finding

_PASSING = frozenset("session lock lease transaction login connection stream draft".split())
"""Resources that live to be ended: who opens one closes it."""
_FILLED = frozenset(
    "report query search analysis export run job snapshot completion transcription comparison forecast order "
    "import batch scan test evaluation copy".split()
)
_UN = ("un", "dis", "de")


def order_findings(case: Case) -> Iterator[Finding]:
    """What is wrong with the steps in their order."""
    yield from undone_step(case)
    yield from nothing_there_yet(case)


def _api(case: Case, position: int) -> Api | None:
    check = case.checks[position]
    return check.api if check else None


def _nature(case: Case, api: Api) -> Nature:
    return case.words.natures[api.name]


def undone_step(case: Case) -> Iterator[Finding]:
    """A removal or cancellation of what an earlier step of the same plan brought about."""
    for position, step in enumerate(case.steps):
        api = _api(case, position)
        if api is None or not _nature(case, api).undoes or is_passing(api, _nature(case, api)):
            continue
        for use in case.uses[position]:
            earlier = _api(case, use.reference.step - 1)
            if earlier is not None and brings_about(_nature(case, earlier)):
                message = (
                    f"it takes back what step {use.reference.step} brought about; a plan that ends where it began "
                    "does nothing: leave one of the two out"
                )
                yield case.at_argument("undone_step", message, position, use.where)
                break
        else:
            yield from _taken_back(case, position, api, step["arguments"])


def _taken_back(case: Case, position: int, api: Api, arguments: dict[str, object]) -> Iterator[Finding]:
    """`unfollow` with the very values that an earlier `follow` had."""
    for before in range(position):
        earlier = _api(case, before)
        if earlier is None or not takes_back(api, earlier):
            continue
        others = case.steps[before]["arguments"]
        shared = [name for name in arguments if name in others]
        if shared and all(arguments[name] == others[name] for name in shared):
            message = f"it takes back what step {before + 1} did to the same thing: leave one of the two out"
            yield case.at_argument("undone_step", message, position, (shared[0],))
            return


def nothing_there_yet(case: Case) -> Iterator[Finding]:
    """The first of a list that belongs to something made in the same plan, and that nothing has filled."""
    for position in range(len(case.steps)):
        for use in case.uses[position]:
            if not any(isinstance(part, int) for part in use.reference.parts):
                continue
            reader = use.reference.step - 1
            made = _narrowed_by_new(case, reader)
            if made is not None:
                message = (
                    f"{use.reference} is empty: step {reader + 1} lists what belongs to the thing that step {made + 1} "
                    "has just made, and no step between adds anything to it"
                )
                yield case.at_argument("nothing_there_yet", message, position, use.where)


def _narrowed_by_new(case: Case, reader: int) -> int | None:
    """The step whose creation narrows what `reader` lists, if no step fills it in between."""
    api = _api(case, reader)
    if api is None or brings_about(_nature(case, api)) or _nature(case, api).undoes:
        return None
    for use in case.uses[reader]:
        maker = use.reference.step - 1
        made = _api(case, maker)
        if made is None or not brings_about(_nature(case, made)):
            continue
        if makes_content(made) or _is_filled(case, maker):
            continue
        if not any(_refers(case, between, maker + 1) for between in range(maker + 1, reader)):
            return maker
    return None


def _is_filled(case: Case, maker: int) -> bool:
    """Whether the creation itself is given a list of things."""
    return any(
        any(isinstance(part, int) for part in where)
        for where, _ in leaves(case.steps[maker]["arguments"], ())
    )


def _refers(case: Case, position: int, step: int) -> bool:
    """Whether a step that changes something uses an output of `step`."""
    api = _api(case, position)
    if api is None or api.method in ("GET", "HEAD"):
        return False
    return any(use.reference.step == step for use in case.uses[position])


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
    """Whether an operation handles something that is meant to be ended by whoever began it."""
    return nature.signs_in or nature.resource in _PASSING or not _PASSING.isdisjoint(_own_words(api))


def makes_content(api: Api) -> bool:
    """Whether what an operation creates is filled by the creation itself: a report, a search, a run."""
    return any(singular(word) in _FILLED for word in _own_words(api))
