"""Why a flow makes no sense by itself: one table of rules, one function that asks it."""

from __future__ import annotations

from collections.abc import Callable

from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.looks import shows_again
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import MAKES


def flow_refusal(facts: Facts, flow: Flow) -> str:
    """The first rule that a flow breaks by itself; "" if it may be planned."""
    return next((code for code, breaks in _FLOW_RULES if breaks(facts, flow)), "")


def _head_into_write(facts: Facts, flow: Flow) -> bool:
    """The first of a list into a write, where nothing says that it is the one meant."""
    if "[0]" not in flow.path or not facts.natures[flow.consumer].writes:
        return False
    if facts.natures[flow.producer].role not in ("list", "read"):
        return True
    return not facts.natures[flow.producer].is_ordered and not facts.narrowing[flow.producer]


def _by_type_alone(facts: Facts, flow: Flow) -> bool:
    """The id of another thing than the producer is about, into what changes or ends it; out of a list, into anything
    but reading that thing.
    """
    if flow.own:
        return False
    takes = facts.natures[flow.consumer]
    if takes.undoes or takes.role == "change":
        return True
    is_thing = (
        takes.role == "read"
        and takes.handle == flow.parameter
        and takes.resource in key_words(flow.parameter)
    )
    return "[0]" in flow.path and not is_thing


def _makes_and_undoes_by_flow(facts: Facts, flow: Flow) -> bool:
    made, end = facts.natures[flow.producer], facts.natures[flow.consumer]
    if made.role in MAKES and end.undoes:
        return True
    sets_again = made.resource == end.resource or (end.handle == flow.parameter and not end.collection)
    return made.role == "create" and end.role == "change" and sets_again


def _asks_too_early(facts: Facts, flow: Flow) -> bool:
    made, look = facts.natures[flow.producer], facts.natures[flow.consumer]
    if made.role != "create":
        return False
    return look.role == "list" or (look.role == "read" and look.resource != made.resource)


def _is_made(facts: Facts, flow: Flow) -> bool:
    return facts.natures[flow.producer].role in MAKES


def _takes_no_flow(facts: Facts, flow: Flow) -> bool:
    """An optional argument takes what was just made, or what a search found for a read; nothing else."""
    if flow.parameter in facts.places and not (
        flow.own and (_is_made(facts, flow) or facts.narrowing[flow.producer])
    ):
        return True
    if facts.parameters[flow.consumer, flow.parameter].required:
        return False
    if flow.parameter not in facts.fillable[flow.consumer] or not flow.own:
        return True
    made, takes = facts.natures[flow.producer], facts.natures[flow.consumer]
    if made.role in MAKES:
        return takes.role == "change"
    return takes.writes or not facts.narrowing[flow.producer]


def _fetches_again(facts: Facts, flow: Flow) -> bool:
    """Reads by its id what was just read, or listed with all that a read shows."""
    one, other = facts.natures[flow.producer], facts.natures[flow.consumer]
    is_one_thing = flow.own and one.resource == other.resource and "[0]" not in flow.path
    return (is_one_thing and one.role == other.role == "read") or shows_again(facts, flow)


def _takes_first_of_first(_facts: Facts, flow: Flow) -> bool:
    """The first of a list in the first of a list: nobody means that one."""
    return flow.path.count("[0]") > 1


def _leaves_the_rest(facts: Facts, flow: Flow) -> bool:
    """Names a part of a thing (`season_number`) while the thing itself comes from elsewhere."""
    path = [
        p.name
        for p in facts.apis[flow.consumer].parameters
        if p.location == "path" and p.name not in facts.places
    ]
    if flow.parameter not in path or path.index(flow.parameter) == 0:
        return False
    before = path[: path.index(flow.parameter)]
    own = {p.name for p in facts.apis[flow.producer].parameters}
    fed = {one.parameter for one in facts.between.get((flow.producer, flow.consumer), ())}
    return not all(name in own or name in fed for name in before)


def _looks_up_a_name(facts: Facts, flow: Flow) -> bool:
    """Searches by a name for a name that the task could say."""
    words = key_words(flow.parameter)
    narrowing = key_words(facts.narrowing[flow.producer])
    return words[-1:] == ("name",) and "[0]" in flow.path and bool({"name", "prefix"} & set(narrowing))


_FLOW_RULES: tuple[tuple[str, Callable[[Facts, Flow], bool]], ...] = (
    ("first_of_first", _takes_first_of_first),
    ("takes_no_flow", _takes_no_flow),
    ("undone", _makes_and_undoes_by_flow),
    ("head_into_write", _head_into_write),
    ("by_type_alone", _by_type_alone),
    ("nothing_there_yet", _asks_too_early),
    ("fetched_again", _fetches_again),
    ("torn_apart", _leaves_the_rest),
    ("named_by_name", _looks_up_a_name),
)
