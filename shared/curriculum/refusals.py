"""Why a set of operations makes no sensible assignment: one table of rules, one function that asks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, permutations

from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.nouns import key_words
from shared.curriculum.pairs import belongs_together
from shared.curriculum.roles import MAKES
from shared.curriculum.verbs import plain_verb
from shared.identifiers import words_of

# What only later use can bring about of a thing that was made a moment ago.
_JUDGES = frozenset(
    "rate review summarize summarise evaluate analyze analyse report measure score compare profile audit count "
    "sync synchronize refresh rotate resend reset renew regenerate reopen restore".split()
)

_OPINIONS = frozenset("rate rating review feedback score".split())


def refusal(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> str:
    """The first rule that `focus`, in this order and with these flows, breaks; "" if it is fit to be assigned."""
    return next((code for code, breaks in _RULES if breaks(facts, focus, passed)), "")


def _makes_and_undoes(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    """A removal or cancellation beside a step that brings the same thing about, or works on it."""
    return any(_undoes(facts, one, other) for one, other in permutations(focus, 2))


def _undoes(facts: Facts, undoing: str, other: str) -> bool:
    end, work = facts.natures[undoing], facts.natures[other]
    if not end.undoes or not work.writes:
        return False
    if work.role in MAKES and (end.resource == work.resource or _is_inside(end.collection, work.collection)):
        return True
    return facts.own_thing[undoing] in facts.shared(undoing, other) or (
        work.undoes and end.resource == work.resource
    )


def _is_inside(outer: Sequence[str], inner: Sequence[str]) -> bool:
    return bool(outer) and tuple(inner[: len(outer)]) == tuple(outer)


def _changes_what_it_made(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    """An update beside the creation of the same thing, or two operations that set the same."""
    for one, other in permutations(focus, 2):
        made, changed = facts.natures[one], facts.natures[other]
        if made.role == "create" and changed.role == "change" and made.resource == changed.resource:
            return True
    return any(_set_the_same(facts, one, other) for one, other in combinations(focus, 2))


def _set_the_same(facts: Facts, one: str, other: str) -> bool:
    first, second = facts.natures[one], facts.natures[other]
    same = first.resource == second.resource and first.role == second.role
    return (
        same
        and first.role in ("create", "change")
        and (facts.apis[one].path == facts.apis[other].path or not first.collection)
    )


def _twins(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    calls = [facts.represented[name] for name in focus]
    kin = any(other in facts.relatives.get(one, ()) for one, other in combinations(focus, 2))
    return len(set(calls)) < len(calls) or kin


def _outdated(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    return len(focus) > 1 and any(name not in facts.is_taught for name in focus)


def _signs_in(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    """Signing in beside other work: whoever executes a plan is signed in."""
    return len(focus) > 1 and any(facts.natures[name].signs_in for name in focus)


def _nothing_there_yet(facts: Facts, focus: Sequence[str], _passed: Sequence[Flow]) -> bool:
    """Asks a thing made a moment ago for what only later use brings about."""
    place = {name: i for i, name in enumerate(focus)}
    return any(
        place[made] < place[asked]
        and _is_too_early(facts, made, asked, focus[place[made] + 1 : place[asked]])
        for made, asked in permutations(focus, 2)
    )


def _is_too_early(facts: Facts, made: str, asked: str, between: Sequence[str]) -> bool:
    creation, look = facts.natures[made], facts.natures[asked]
    if creation.role not in ("create", "start"):
        return False
    works = any(facts.natures[name].role in MAKES for name in between)
    is_about_it = creation.resource == look.resource or _is_fed(facts, made, asked)
    if is_about_it and not works and _judges(facts, asked, creation.role, between):
        return True
    if creation.role == "start" or look.role not in ("list", "read") or works:
        return False
    if look.role == "list":
        return creation.resource == look.resource or _is_fed(facts, made, asked)
    return creation.resource != look.resource and _is_fed(facts, made, asked)


def _judges(facts: Facts, asked: str, made_by: str, between: Sequence[str]) -> bool:
    """Whether an operation judges what was made, or what was started and not even looked at."""
    api = facts.apis[asked]
    words = key_words(api.name.rpartition(".")[2])
    if made_by == "start":
        return not _OPINIONS.isdisjoint(words) and all(facts.natures[name].writes for name in between)
    verb = plain_verb((words_of(api.original_name or asked) or ("",))[0])
    return (
        verb in _JUDGES or not _OPINIONS.isdisjoint(words) or any(plain_verb(w) in _JUDGES for w in words[:2])
    )


def _is_fed(facts: Facts, producer: str, consumer: str) -> bool:
    return (producer, consumer) in facts.between


def _unconnected(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """Three or more steps that flows do not connect, or two that neither a flow nor a thing connects."""
    if len(focus) == 1:
        return False
    joined = {focus[0]}
    left = list(focus[1:])
    pairs = {(flow.producer, flow.consumer) for flow in passed}
    while left:
        linked = [
            name for name in left if any((name, one) in pairs or (one, name) in pairs for one in joined)
        ]
        if not linked:
            break
        joined.update(linked)
        left = [name for name in left if name not in joined]
    if not left:
        return False
    return len(focus) > 2 or not belongs_together(facts, focus[0], focus[1])


def _crowds_an_ending(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """A removal or cancellation among other work on what leads to it; a chain that ends in it is fine."""
    if len(focus) < 3 or not any(facts.natures[name].undoes for name in focus):
        return False
    return {(flow.producer, flow.consumer) for flow in passed} != set(pairwise(focus))


def _knows_the_inner(facts: Facts, _focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """Names by its id a thing inside one that the plan has only just made, or has to look up."""
    fed = {(flow.consumer, flow.parameter) for flow in passed}
    for flow in passed:
        path = [p.name for p in facts.apis[flow.consumer].parameters if p.location == "path"]
        own = facts.natures[flow.consumer].handle
        if flow.parameter not in path:
            if (
                not path
                and own in facts.handles[flow.consumer] - {flow.parameter}
                and (flow.consumer, own) not in fed
            ):
                return facts.natures[flow.consumer].role != "create"
            continue
        is_new = facts.natures[flow.producer].role == "create"
        inner = [name for name in path[path.index(flow.parameter) + 1 :] if (flow.consumer, name) not in fed]
        if any(is_new or key_words(name)[-1:] in (("id",), ("sid",)) for name in inner):
            return True
    return False


def _mixes_holders(facts: Facts, _focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """Takes a thing from one holder (account, project) and looks for it in another."""
    source = {(flow.consumer, flow.parameter): (flow.producer, flow.path) for flow in passed}
    for flow in passed:
        path = [p.name for p in facts.apis[flow.consumer].parameters if p.location == "path"]
        outer = path[: path.index(flow.parameter)] if flow.parameter in path else []
        for name in outer:
            held = facts.apis[flow.producer].parameter(name)
            if held is not None and source.get((flow.consumer, name)) != source.get((flow.producer, name)):
                return source.get((flow.consumer, name), ("", ""))[0] != flow.producer
    return False


def _scattered(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """One result passed on to more than two steps, three where they only read."""
    for producer in focus:
        fed = {flow.consumer for flow in passed if flow.producer == producer}
        if len(fed) > (2 if any(facts.natures[name].writes for name in fed) else 3):
            return True
    return False


def _rivals(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """Takes from a list what the plan makes itself."""
    made = {facts.natures[name].resource for name in focus if facts.natures[name].role == "create"}
    return any(
        "[0]" in flow.path
        and facts.natures[flow.producer].resource in made
        and facts.natures[flow.producer].resource
        for flow in passed
    )


def _ends_with_echo(_facts: Facts, _focus: Sequence[str], passed: Sequence[Flow]) -> bool:
    """One value passed to the same argument name that the producer was passed itself."""
    into = {(flow.consumer, flow.parameter) for flow in passed}
    return any((flow.producer, flow.path) in into for flow in passed)


_RULES: tuple[tuple[str, Callable[[Facts, Sequence[str], Sequence[Flow]], bool]], ...] = (
    ("outdated", _outdated),
    ("twins", _twins),
    ("signs_in", _signs_in),
    ("undone", _makes_and_undoes),
    ("set_twice", _changes_what_it_made),
    ("nothing_there_yet", _nothing_there_yet),
    ("knows_the_inner", _knows_the_inner),
    ("mixed_holders", _mixes_holders),
    ("scattered", _scattered),
    ("crowded_ending", _crowds_an_ending),
    ("made_and_listed", _rivals),
    ("echo", _ends_with_echo),
    ("unconnected", _unconnected),
)
