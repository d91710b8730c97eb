"""Which variations an assignment can carry, and what of it carries them: one table, variation by what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shared.catalog.model import Parameter
from shared.curriculum.bounds import bound_in_words, has_bound
from shared.curriculum.candidate import Candidate, Carrier
from shared.curriculum.facts import Facts
from shared.curriculum.fill import forced
from shared.curriculum.kinds import TAKES_DATA, is_date, says_where_on
from shared.curriculum.nouns import key_words
from shared.curriculum.repeating import repeatable
from shared.curriculum.vague import is_all_that_is_asked, may_be_assumed

_DEADLINES = frozenset("deadline due until before expire expiry expiration end".split())
_RULES = frozenset(
    "region country retention expiry expiration expire expires ttl consent approval approved approver visibility "
    "access permission privacy scope confidential classification audit audited reason justification retain "
    "encryption encrypted mask masked redact redacted sensitivity compliance "
    "residency".split()
)


def carriers(facts: Facts, candidate: Candidate) -> dict[str, tuple[Carrier | None, ...]]:
    """By variation, what of the candidate can carry it, the one as well as the other; empty if nothing does.

    None stands for an argument that there is no room for.
    """
    return {
        variation: tuple(
            one if one.fill is None or forced(facts, candidate).add(*one.fill) else None
            for one in found(facts, candidate)
        )
        for variation, found in CONDITIONS.items()
    }


def _arguments(facts: Facts, candidate: Candidate) -> list[tuple[str, Parameter]]:
    """Arguments that the task may speak of: those it must give, and optional ones that may be filled."""
    found = []
    for name in candidate.focus:
        found += [
            (name, p)
            for p in facts.spoken_of[name]
            if (name, p.name) not in candidate.fed
            and (name not in candidate.looked_up or facts.kinds[name, p.name] in TAKES_DATA)
        ]
    return found


def _carried(found: Sequence[tuple[str, Parameter]], note: str) -> list[Carrier]:
    """A carrier for each of the arguments; for the required ones alone if there are any."""
    return [
        Carrier(
            None if parameter.required else (name, parameter.name),
            note.format(parameter=parameter.name, api=name, bound=bound_in_words(parameter)),
        )
        for name, parameter in [pair for pair in found if pair[1].required] or found
    ]


def _anything(_facts: Facts, _candidate: Candidate) -> list[Carrier]:
    return [Carrier()]


def _edge_case(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """A documented bound of one argument, or a deadline."""
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if facts.kinds[name, p.name] != "handle"
        and {"id", "sid", "token"}.isdisjoint(key_words(p.name))
        and (has_bound(p) or _is_deadline(facts, name, p))
    ]
    return _carried(
        found,
        "The limit is that of `{parameter}`{bound}: the task sits right at it. There is no other limit.",
    )


def _is_deadline(facts: Facts, name: str, parameter: Parameter) -> bool:
    """Whether something has to be done by a date; the end of a listed period is not such a date."""
    words = key_words(parameter.name)
    is_due = is_date(parameter) and not _DEADLINES.isdisjoint(words)
    return facts.natures[name].writes and is_due and not _is_of_a_card(facts, name)


def _is_of_a_card(facts: Facts, name: str) -> bool:
    """Whether a call is told of a payment card, whose expiry is no rule and no deadline."""
    return any("card" in key_words(p.name) for p in facts.apis[name].parameters)


def _multi_entity(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """An operation that takes one id and may be called for each; alone, or with one that follows from it."""
    if len(candidate.focus) > 2:
        return []
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
                note = f"Call `{name}` once for each thing{follow}; the things differ in `{own[0]}`."
                return [Carrier(None, note)]
    return []


def _missing_info(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """A number, a flag, or a text with an example, default or accepted values; never beside a removal."""
    if any(facts.natures[name].undoes for name in candidate.focus):
        return []
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if may_be_assumed(facts, name, p) and not is_all_that_is_asked(facts, name, p)
    ]
    found = [pair for pair in found if pair[1].type != "string" or pair[1].enum] or found
    return _carried(
        found,
        "The task leaves `{parameter}` of `{api}` open, or says it vaguely as people do; the plan gives a value, and "
        "the assumption names it and says why.",
    )


def _cost_aware(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """Several calls that lead from one to the next, so that each is needed, or one that can be asked for less."""
    if candidate.looks_back:
        return []  # whoever saves calls leaves that out
    if candidate.passed:
        return [Carrier(None, "Where the task limits the calls, it is to the number of steps of the plan.")]
    return _smaller(facts, candidate) if len(candidate.focus) == 1 else []


def _smaller(facts: Facts, candidate: Candidate) -> list[Carrier]:
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if facts.natures[name].role in ("list", "read")
        and facts.kinds[name, p.name] in ("limit", "fields")
        and not says_where_on(p.name)
    ]
    return _carried(found, "`{parameter}` of `{api}` keeps the answer small.")


def _compliance(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """An argument that can carry a rule."""
    found = [
        (name, p)
        for name, p in _arguments(facts, candidate)
        if (_may_be_ruled(facts, name, p) or _limits_what_is_seen(facts, name, p)) and p.location != "path"
    ]
    return _carried(found, "The rule is carried by `{parameter}` of `{api}`, and its value keeps it.")


def _may_be_ruled(facts: Facts, name: str, parameter: Parameter) -> bool:
    """Whether rules are made about an argument of this name; a country or region not where it is part of an address."""
    words = set(key_words(parameter.name))
    if words & {"country", "region"}:
        if not facts.natures[name].writes:
            return False  # which part of a list is wanted
        beside = {word for p in facts.apis[name].parameters for word in key_words(p.name)}
        return beside.isdisjoint(("city", "street", "postal", "zip"))
    if words & {"expiry", "expiration", "expire", "expires"}:
        return not _is_of_a_card(facts, name)
    return not _RULES.isdisjoint(words)


def _limits_what_is_seen(facts: Facts, name: str, parameter: Parameter) -> bool:
    reads = facts.natures[name].role in ("read", "list")
    return reads and facts.kinds[name, parameter.name] == "fields"


def _performance(facts: Facts, candidate: Candidate) -> list[Carrier]:
    """Two calls that need not wait for each other, or an argument that makes an answer smaller; only where all look."""
    if any(facts.natures[name].writes for name in candidate.focus):
        return []
    consumers = {flow.consumer for flow in candidate.passed}
    reads = [name for name in candidate.focus if facts.natures[name].role in ("read", "list")]
    leaves = [name for name in reads if not any(flow.producer == name for flow in candidate.passed)]
    free = [name for name in reads if name not in consumers]
    if len(free) > 1 or len([name for name in leaves if name in consumers]) > 1:
        return [Carrier(None, "Steps that do not use each other's results do not wait for each other.")]
    return _smaller(facts, candidate)


CONDITIONS: Mapping[str, Callable[[Facts, Candidate], Sequence[Carrier]]] = {
    "plain": _anything,
    "edge_case_constraints": _edge_case,
    "multi_entity": _multi_entity,
    "missing_info": _missing_info,
    "fallback_flow": _anything,
    "idempotency": repeatable,
    "cost_aware": _cost_aware,
    "compliance": _compliance,
    "performance": _performance,
}
"""What each variation needs; the functions say what of a candidate carries it."""
