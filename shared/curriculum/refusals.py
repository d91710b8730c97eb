"""Why a set of operations makes no sensible assignment: one table of rules, one function that asks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise, permutations

from shared.curriculum.blueprint import Flow
from shared.curriculum.facts import Facts
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import MAKES
from shared.curriculum.verbs import plain_verb
from shared.identifiers import words_of

# What only later use can bring about of a thing that was made a moment ago.
_JUDGES = frozenset(
    "rate review summarize summarise evaluate analyze analyse report measure score compare profile audit count "
    "sync synchronize refresh rotate resend reset renew regenerate reopen restore".split()
)


def refusal(facts: Facts, focus: Sequence[str], passed: Sequence[Flow]) -> str:
    """The first rule that `focus`, in this order and with these flows, breaks; "" if it is fit to be assigned."""
    return next((code for code, breaks in _RULES if breaks(facts, focus, passed)), "")


def flow_refusal(facts: Facts, flow: Flow) -> str:
    """The first rule that a flow breaks by itself; "" if it may be planned."""
    return next((code for code, breaks in _FLOW_RULES if breaks(facts, flow)), "")


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
    if creation.role != "create":
        return False
    verb = plain_verb((words_of(facts.apis[asked].original_name or asked) or ("",))[0])
    judges = verb in _JUDGES or any(
        plain_verb(w) in _JUDGES for w in key_words(facts.apis[asked].name.rpartition(".")[2])[:2]
    )
    works = any(facts.natures[name].role in MAKES for name in between)
    if judges and not works and (creation.resource == look.resource or _is_fed(facts, made, asked)):
        return True
    if look.role not in ("list", "read") or works:
        return False
    if look.role == "list":
        return creation.resource == look.resource or _is_fed(facts, made, asked)
    return creation.resource != look.resource and _is_fed(facts, made, asked)


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


def belongs_together(facts: Facts, one: str, other: str) -> bool:
    """Whether two operations that exchange nothing make a pair: about one thing, or a look before a creation."""
    first, second = facts.natures[one], facts.natures[other]
    at_one_path = bool(first.collection) and facts.apis[one].path == facts.apis[other].path
    is_way = at_one_path and first.role == second.role
    if at_one_path and {first.role, second.role} == {"read", "create"}:
        return False  # reads by its name what is still to be created
    if names_what_it_made(facts, one, other) or names_what_it_made(facts, other, one):
        return True
    if is_way or (first.writes and second.writes):
        return False
    thing = facts.own_thing[one]
    if thing and thing == facts.own_thing[other]:
        return _is_of_one_concern(facts, one, other)
    if first.resource != second.resource or not first.resource:
        return False
    roles = {first.role, second.role}
    if roles == {"list", "create"}:
        lister = one if first.role == "list" else other
        return bool(facts.narrowing[lister])
    near = first.collection[:-1] == second.collection[:-1] and facts.apis[one].tags == facts.apis[other].tags
    return roles <= {"read", "list"} and near and not facts.handles[one] and not facts.handles[other]


def _is_of_one_concern(facts: Facts, one: str, other: str) -> bool:
    """Whether two operations on one thing belong together: reads of one part of the catalog, or a write with a read of
    what it writes or of what that is part of.
    """
    first, second = facts.natures[one], facts.natures[other]
    tags = facts.apis[one].tags[:1]
    if not (tags and tags == facts.apis[other].tags[:1]) and first.collection[:1] != second.collection[:1]:
        return False
    if not first.writes and not second.writes:
        return True
    if first.resource == second.resource:
        return True
    short, long = sorted((first.collection, second.collection), key=len)
    is_part = bool(short) and long[: len(short)] == short
    return not (first.undoes or second.undoes) and (is_part or not short)


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


def names_what_it_made(facts: Facts, maker: str, user: str) -> bool:
    """Whether `maker` creates a thing under a name that the task gives and that `user` takes: an order, no flow."""
    made, builds = facts.natures[maker], facts.natures[user]
    if made.role != "create" or builds.role not in MAKES or made.resource == builds.resource:
        return False
    given = {p.name for p in facts.needed[maker] if p.location != "path"}
    return any(made.resource in key_words(name) for name in given & facts.handles[user])


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


def _head_into_write(facts: Facts, flow: Flow) -> bool:
    """The first of a list into a write, where nothing says that it is the one meant."""
    if "[0]" not in flow.path or not facts.natures[flow.consumer].writes:
        return False
    if facts.natures[flow.producer].role not in ("list", "read") or flow.path.count("[0]") > 1:
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
    """Reads by its id what was just read."""
    one, other = facts.natures[flow.producer], facts.natures[flow.consumer]
    return (
        flow.own
        and one.role == other.role == "read"
        and one.resource == other.resource
        and "[0]" not in flow.path
    )


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
    ("takes_no_flow", _takes_no_flow),
    ("undone", _makes_and_undoes_by_flow),
    ("head_into_write", _head_into_write),
    ("by_type_alone", _by_type_alone),
    ("nothing_there_yet", _asks_too_early),
    ("fetched_again", _fetches_again),
    ("torn_apart", _leaves_the_rest),
    ("named_by_name", _looks_up_a_name),
)
