"""Which variations an assignment can carry: one table, variation by what it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from shared.catalog.model import Parameter
from shared.curriculum.blueprint import VARIATIONS
from shared.curriculum.facts import Facts
from shared.curriculum.fill import forced
from shared.curriculum.kinds import example_of, is_date
from shared.curriculum.nouns import key_words
from shared.curriculum.roles import MAKES, is_handle, own_words
from shared.curriculum.subgraph import Candidate
from shared.curriculum.verbs import plain_verb

# Share of those whose variation nothing carries that are plain; the others take the next one that something does.
_PLAIN_INSTEAD = 0.2
_FALLBACK_INSTEAD = 0.3
_HANDFUL, _SPOKEN = 5, 100_000
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxLength", "maxItems", "minLength")
_SAID_BOUND = re.compile(
    r"\b(?:max(?:imum)?|at most|up to|no more than|at least|min(?:imum)?|between)\b[^.]{0,40}?\d[\d,]*"
    r"(?: (?:and|to) \d[\d,]*)?",
    re.IGNORECASE,
)
# Where in a list to go on, which makes no answer smaller.
_PLACES = (("page",), ("offset",), ("skip",), ("page", "number"), ("start",))
_DEADLINES = frozenset("deadline due until before expire expiry expiration end".split())
# Texts that have a usual value.
_USUAL = frozenset(
    "format language locale timezone zone unit currency mode order sort encoding granularity style interval color "
    "colour theme resolution quality level priority analyzer severity frequency period category status".split()
)
# Switches that decide what becomes of a thing.
_FATES = frozenset(
    "archive trash delete enable disable active lock suspend block confirm force public private".split()
)
# Verbs whose repetition leaves the same state, whatever the method.
_SETTERS = frozenset("update set rename replace upsert overwrite".split())
_SAID_BY_PEOPLE = frozenset(
    "name email address phone title url uri query prompt text description comment note message content body reason "
    "instruction summary subject path file user owner author price amount cost total size latitude longitude resource "
    "balance quantity type kind role action state resource".split()
)
_RULES = frozenset(
    "region country retention expiry expiration expire expires ttl consent approval approved approver visibility "
    "access permission privacy scope confidential classification audit audited reason justification retain "
    "encryption encrypted mask masked redact redacted sensitivity compliance "
    "residency".split()
)
_KEYS = (("idempotency", "key"), ("idempotency", "token"), ("client", "token"), ("dedupe", "key"))


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a variation: the optional argument to be filled for it, if any, and a sentence for the teacher."""

    fill: tuple[str, str] | None = None
    note: str = ""


def carrier(variation: str, facts: Facts, candidate: Candidate, turn: int = 0) -> Carrier | None:
    """What of the candidate carries `variation`, None if nothing does; `turn` chooses among several.

    There must be room for the argument that carries it.
    """
    found = CONDITIONS[variation](facts, candidate, turn)
    if found is None or found.fill is None or forced(facts, candidate).add(*found.fill):
        return found
    return None


def instead_of(wish: str, facts: Facts, candidate: Candidate, turn: int, draw: Random) -> tuple[str, Carrier]:
    """The variation of a candidate that cannot carry the one whose turn it is: plain, or the next of the round that
    it can, with what carries it.
    """
    if draw.random() >= _PLAIN_INSTEAD:
        start = VARIATIONS.index(wish)
        for name in (*VARIATIONS[start:], *VARIATIONS[:start]):
            if name == "fallback_flow" and draw.random() >= _FALLBACK_INSTEAD:
                continue
            if found := carrier(name, facts, candidate, turn):
                return name, found
    return "plain", Carrier()


def _arguments(facts: Facts, candidate: Candidate) -> list[tuple[str, Parameter]]:
    """Arguments that the task may speak of: those it must give, and optional ones that may be filled."""
    found = []
    for name in candidate.focus:
        found += [(name, p) for p in facts.spoken_of[name] if (name, p.name) not in candidate.fed]
    return found


def _carried(found: Sequence[tuple[str, Parameter]], turn: int, note: str) -> Carrier | None:
    """A carrier from one of the arguments, required ones first; None if there is none."""
    if not found:
        return None
    required = [pair for pair in found if pair[1].required]
    chosen = (required or found)[turn % len(required or found)]
    name, parameter = chosen
    fill = None if parameter.required else (name, parameter.name)
    return Carrier(fill, note.format(parameter=parameter.name, api=name, bound=_bound(parameter)))


def _bound(parameter: Parameter) -> str:
    said = [f"{key} {parameter.schema[key]}" for key in _BOUNDS if key in parameter.schema]
    said += [match[0] for match in [_SAID_BOUND.search(parameter.description)] if match]
    return f" (documented: {', '.join(said)})" if said else ""


def _plain(_facts: Facts, _candidate: Candidate, _turn: int) -> Carrier:
    return Carrier()


def _edge_case(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    """A documented bound of one argument, or a deadline."""
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if facts.kinds[name, p.name] != "handle"
        and {"id", "sid", "token"}.isdisjoint(key_words(p.name))
        and (_has_bound(p) or (is_date(p) and not _DEADLINES.isdisjoint(key_words(p.name))))
    ]
    return _carried(
        found,
        turn,
        "The limit is that of `{parameter}`{bound}: the task sits right at it. There is no other limit.",
    )


def _has_bound(parameter: Parameter) -> bool:
    """Whether a documented limit is one that people speak of: of a number or a handful of things, not of characters."""
    schema = parameter.schema
    if parameter.type == "array":
        return isinstance(schema.get("maxItems"), int) and schema["maxItems"] <= _HANDFUL
    if parameter.type not in ("integer", "number"):
        return False
    found = [schema[key] for key in ("minimum", "maximum") if isinstance(schema.get(key), int | float)]
    trivial = schema.get("minimum") in (0, 1) and "maximum" not in schema
    is_bound = any(abs(value) < _SPOKEN for value in found) and not trivial
    return is_bound or _SAID_BOUND.search(parameter.description) is not None


def _multi_entity(facts: Facts, candidate: Candidate, _turn: int) -> Carrier | None:
    """An operation that takes one id and may be called for each; alone, or with one that follows from it."""
    if len(candidate.focus) > 2:
        return None
    for name in candidate.focus:
        nature = facts.natures[name]
        own = [
            one
            for one in facts.handles[name]
            if (name, one) not in candidate.fed
            and not one.lower().endswith(("ids", "keys", "codes", "names"))
        ]
        if (
            len(own) == 1
            and nature.role not in ("list", "create")
            and not nature.signs_in
            and not nature.is_ordered
        ):
            feeds_on = any(flow.producer == name for flow in candidate.passed)
            fed = any(flow.consumer == name for flow in candidate.passed)
            if len(candidate.focus) == 1 or (feeds_on and not fed):
                follow = ", and what follows from it" if feeds_on else ""
                return Carrier(
                    None, f"Call `{name}` once for each thing{follow}; the things differ in `{own[0]}`."
                )
    return None


def _missing_info(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    """A number, a flag, or a text with an example, default or accepted values; never beside a removal."""
    if any(facts.natures[name].undoes for name in candidate.focus):
        return None
    found = [(name, p) for name, p in _arguments(facts, candidate) if _may_be_assumed(facts, name, p)]
    found = [pair for pair in found if pair[1].type != "string" or pair[1].enum] or found
    return _carried(
        found, turn, "The task leaves out `{parameter}` of `{api}`; the assumption names the value used."
    )


def _may_be_assumed(facts: Facts, name: str, parameter: Parameter) -> bool:
    kind = facts.kinds[name, parameter.name]
    if kind == "handle" or parameter.location == "path" or is_handle(parameter.name):
        return False
    if (
        is_date(parameter)
        or key_words(parameter.name) in _PLACES[1:]
        or len(parameter.name) < 2
        or (parameter.required and example_of(parameter) is None and not parameter.enum)
    ):
        return False
    words = key_words(parameter.name)
    if parameter.type in ("integer", "number"):
        return kind == "limit" or (kind in ("content", "filter") and _SAID_BY_PEOPLE.isdisjoint(words))
    if parameter.type == "boolean":
        return not words or _FATES.isdisjoint(words)
    if parameter.enum and _SAID_BY_PEOPLE.isdisjoint(words):
        return True
    simple = isinstance(example_of(parameter), str) and len(str(example_of(parameter))) <= 40
    return parameter.type == "string" and simple and not _USUAL.isdisjoint(words)


def _fallback(_facts: Facts, _candidate: Candidate, _turn: int) -> Carrier:
    return Carrier()


def _idempotency(facts: Facts, candidate: Candidate, _turn: int) -> Carrier | None:
    """Every write can be repeated: it sets or removes by a key, carries a key of its own, or is looked for before."""
    writes = [name for name in candidate.focus if facts.natures[name].writes]
    if not writes:
        return None
    found = [_repeatable(facts, candidate, name) for name in writes]
    if not all(found):
        return None
    kept = [one for one in found if one is not None]
    return next((one for one in kept if one.fill), kept[0])


def _repeatable(facts: Facts, candidate: Candidate, name: str) -> Carrier | None:
    api, nature = facts.apis[name], facts.natures[name]
    for parameter in api.parameters:
        words = key_words(parameter.name)
        if any(words[-len(key) :] == key for key in _KEYS):
            fill = None if parameter.required else (name, parameter.name)
            if fill is None or parameter.name in facts.fillable[name]:
                return Carrier(
                    fill, f"`{parameter.name}` of `{name}` keeps a repetition from counting twice."
                )
    verbs = {plain_verb(word) for word in own_words(api)[:3]}
    sets = api.method in ("PUT", "DELETE") or nature.undoes or not verbs.isdisjoint(_SETTERS)
    if facts.handles[name] and sets and nature.role != "start":
        return Carrier(
            None, f"Carrying out `{name}` a second time leaves the same state; the plan may rely on that."
        )
    before = candidate.focus[: candidate.focus.index(name)]
    lookers = [one for one in before if _finds(facts, one, name)]
    if lookers and nature.role in MAKES:
        return Carrier(
            None, f"`{lookers[0]}` tells whether it was done before; `{name}` is called only if not."
        )
    return None


def _finds(facts: Facts, looker: str, maker: str) -> bool:
    look, made = facts.natures[looker], facts.natures[maker]
    return look.resource == made.resource and (
        look.role == "list" or (look.role == "read" and bool(facts.narrowing[looker]))
    )


def _cost_aware(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    """Several calls, or one that can be asked for less."""
    if len(candidate.focus) > 1:
        return Carrier(None, "Where the task limits the calls, it is to the number of steps of the plan.")
    return _smaller(facts, candidate, turn)


def _smaller(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if facts.natures[name].role in ("list", "read")
        and facts.kinds[name, p.name] in ("limit", "fields")
        and key_words(p.name) not in _PLACES
    ]
    return _carried(found, turn, "`{parameter}` of `{api}` keeps the answer small.")


def _compliance(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    """An argument that can carry a rule."""
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if (_may_be_ruled(facts, name, p) or _limits_what_is_seen(facts, name, p)) and p.location != "path"
    ]
    return _carried(found, turn, "The rule is carried by `{parameter}` of `{api}`, and its value keeps it.")


def _may_be_ruled(facts: Facts, name: str, parameter: Parameter) -> bool:
    """Whether rules are made about an argument of this name; a country or region not where it is part of an address."""
    words = set(key_words(parameter.name))
    if words & {"country", "region"}:
        beside = {word for p in facts.apis[name].parameters for word in key_words(p.name)}
        return beside.isdisjoint(("city", "street", "postal", "zip"))
    return not _RULES.isdisjoint(words)


def _limits_what_is_seen(facts: Facts, name: str, parameter: Parameter) -> bool:
    reads = facts.natures[name].role in ("read", "list")
    return reads and facts.kinds[name, parameter.name] == "fields"


def _performance(facts: Facts, candidate: Candidate, turn: int) -> Carrier | None:
    """Two calls that need not wait for each other, or an argument that makes an answer smaller."""
    consumers = {flow.consumer for flow in candidate.passed}
    reads = [name for name in candidate.focus if facts.natures[name].role in ("read", "list")]
    leaves = [name for name in reads if not any(flow.producer == name for flow in candidate.passed)]
    free = [name for name in reads if name not in consumers]
    if len(free) > 1 or len([name for name in leaves if name in consumers]) > 1:
        return Carrier(None, "Steps that do not use each other's results do not wait for each other.")
    return _smaller(facts, candidate, turn)


CONDITIONS: Mapping[str, Callable[[Facts, Candidate, int], Carrier | None]] = {
    "plain": _plain,
    "edge_case_constraints": _edge_case,
    "multi_entity": _multi_entity,
    "missing_info": _missing_info,
    "fallback_flow": _fallback,
    "idempotency": _idempotency,
    "cost_aware": _cost_aware,
    "compliance": _compliance,
    "performance": _performance,
}
"""What each variation needs; the functions say what of a candidate carries it, or None."""
