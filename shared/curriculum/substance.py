"""Which arguments a write is about, and which only say how or end the thing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from shared.catalog.model import Api, Parameter
from shared.curriculum.kinds import Kind, says_where_on, takes_away
from shared.curriculum.natures import Nature
from shared.curriculum.nouns import key_words

_MAIN = frozenset(
    "name title subject text content message body summary comment query question prompt item uri".split()
)

# What only chooses among ways to do it.
_CHOICES = frozenset((one,) for one in "type kind mode format method operation op action".split())


_SAYS: frozenset[Kind] = frozenset(("content", "handle", "date", "filter"))


@dataclass(frozen=True, slots=True)
class Content:
    """What a call of one operation is about.

    Attributes:
        says: arguments that are content: they do not just name the thing worked on, say where, or switch something.
        own: those of them that a task may fill, in order.
        best: those of `own` that say most of what it is about.
        is_required: whether a call has content in any case.
        alone: arguments that nobody gives beside others: a change that takes the thing away (`archived`,
            `in_trash`), a page of a list.
    """

    says: frozenset[str]
    own: tuple[str, ...]
    best: tuple[str, ...]
    is_required: bool
    alone: frozenset[str]

    @classmethod
    def of(
        cls,
        api: Api,
        nature: Nature,
        kinds: Mapping[tuple[str, str], Kind],
        named: Collection[str],
        *,
        fillable: tuple[str, ...],
        needed: tuple[Parameter, ...],
    ) -> Content:
        """What calls of `api` are about; `named` are the arguments that only say which thing, or where."""
        parameters = {p.name: p for p in reversed(api.parameters)}
        says = frozenset(
            p.name for p in parameters.values() if p.name not in named and _says(p, kinds[api.name, p.name])
        )
        own = tuple(one for one in fillable if one in says)
        weights = {one: _weight(parameters[one]) for one in own}
        changes = nature.role == "change"
        return cls(
            says,
            own,
            best=tuple(one for one in own if weights[one] == min(weights.values())),
            is_required=any(p.name in says for p in needed),
            alone=frozenset(
                p.name for p in parameters.values() if says_where_on(p.name) or (changes and takes_away(p))
            ),
        )


def _says(parameter: Parameter, kind: Kind) -> bool:
    """Whether an argument that does not name the thing worked on is content."""
    if parameter.location in ("header", "path") or key_words(parameter.name)[-1:] in _CHOICES:
        return False
    return parameter.type != "boolean" and kind in _SAYS


def _weight(parameter: Parameter) -> int:
    """How much a write is about content: 0 what it is called or says, or what it holds; 1 other things, 2 numbers."""
    words = key_words(parameter.name)
    if (words and words[-1] in _MAIN) or parameter.type in ("array", "object"):
        return 0
    return 2 if parameter.type in ("integer", "number") else 1
