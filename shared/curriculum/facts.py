"""What is known of a catalog before anything is assigned; found once, asked for every index."""

from __future__ import annotations

from collections import Counter, defaultdict

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Flow
from shared.curriculum.exclusive import ties_of
from shared.curriculum.fillable import OF_ANSWERS, fillable, is_deprecated, is_deprecated_api, needed
from shared.curriculum.flow_ends import chosen_from
from shared.curriculum.flows import flows
from shared.curriculum.kinds import NEVER_FILLED, bound_of, is_date, is_query, kinds, narrows_to_one
from shared.curriculum.natures import natures
from shared.curriculum.nouns import key_words, path_segments, variable_of
from shared.curriculum.roles import is_handle
from shared.curriculum.substance import Content
from shared.curriculum.twins import relatives, representatives

# An argument that so large a share of the operations needs says where one is (tenant, account), not what is meant.
_EVERYWHERE = 0.85
_FEW = 8


class Facts:
    """A catalog's roles, kinds of arguments, ties, twins and flows, by the names of its operations.

    Attributes:
        apis: all operations by name.
        parameters: every parameter by (api, parameter); of two with one name the first.
        fillable: for each operation the optional arguments that a task may give a value for, in order.
        needed: for each operation the required arguments that a task has to give: no constants, no credentials.
        spoken_of: both, without what says where one is.
        narrowing: for each operation the argument that can narrow what it lists to one, a required one first; "". A
            date from which a list starts does so with the one at which it ends: see `closing`.
        natures: what each does, and to what.
        kinds: what each (api, parameter) is for.
        contents: what calls of each operation are about.
        ties: which arguments of an operation need or exclude each other.
        represented: for each operation the one that is taught for it; itself but for twins.
        twins: for each operation that stands for others, those.
        own_thing: what the argument of an operation that says which one it is about names; () where none does.
        relatives: operations that differ from an operation in headers alone.
        taught: operations that are taught, in the order of the catalog.
        flows: every flow between them, before it is asked whether it makes sense.
        between: those flows by (producer, consumer).
        places: names of arguments that say where one is rather than what is meant.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.apis = {api.name: api for api in catalog.apis}
        self.parameters = {(api.name, p.name): p for api in catalog.apis for p in reversed(api.parameters)}
        self.natures = natures(catalog.apis)
        self.kinds = kinds(catalog.apis, self.natures)
        self.ties = {name: ties_of(api) for name, api in self.apis.items()}
        self.places = _places(catalog.apis)
        self._find_taught(catalog)
        self._find_arguments()
        self._find_flows(catalog)

    def _find_taught(self, catalog: Catalog) -> None:
        """Which operations are taught, and which they stand for."""
        self.represented = representatives(catalog.apis)
        self.relatives = relatives(catalog.apis, self.represented)
        # Where everything is deprecated, there is nothing else to teach.
        own = [name for name in self.apis if self.represented[name] == name]
        self.taught = tuple(name for name in own if not is_deprecated_api(self.apis[name])) or tuple(own)
        self.is_taught = frozenset(self.taught)
        self.twins: dict[str, list[str]] = defaultdict(list)
        for name, one in self.represented.items():
            if name != one:
                self.twins[one].append(name)

    def _find_arguments(self) -> None:
        """What the arguments of each operation are for, name by name."""
        apis = self.apis.items()
        self.fillable = {
            name: fillable(api, self.natures[name], self.kinds, self.ties[name]) for name, api in apis
        }
        self.needed = {name: needed(api, self.kinds) for name, api in apis}
        self.spoken_of = {
            name: tuple(
                p
                for p in (*self.needed[name], *(self.parameters[name, one] for one in self.fillable[name]))
                if p.name not in self.places
            )
            for name in self.apis
        }
        self.narrowing = {name: self._narrowing(name) for name in self.apis}
        self.handles = {name: self._naming(name, found) for name, found in self.needed.items()}
        self.names_things = {
            name: frozenset(self._identity(name, one) for one in found)
            for name, found in self.handles.items()
        }
        self.own_thing = {name: self._own_thing(name) for name in self.apis}
        self.contents = {
            name: Content.of(
                api,
                self.natures[name],
                self.kinds,
                self.handles[name] | self.places,
                fillable=self.fillable[name],
                needed=self.needed[name],
            )
            for name, api in apis
        }

    def _find_flows(self, catalog: Catalog) -> None:
        """What can flow between the operations that are taught."""
        self.flows: tuple[Flow, ...] = tuple(
            flow
            for flow in flows(catalog, self.natures)
            if flow.producer in self.is_taught and flow.consumer in self.is_taught
        )
        self.between: dict[tuple[str, str], list[Flow]] = defaultdict(list)
        for flow in self.flows:
            self.between[flow.producer, flow.consumer].append(flow)

    def _identity(self, name: str, parameter: str) -> tuple[str, ...]:
        """What an argument names, whatever the operation calls it: a bare `id` is told by the path before it."""
        words, api = key_words(parameter), self.apis[name]
        if len(words) > 1 or not api.path:
            return words
        return (*chosen_from(api.path, parameter), *words)

    def shared(self, one: str, other: str) -> frozenset[tuple[str, ...]]:
        """What two operations both name by an argument."""
        return self.names_things[one] & self.names_things[other]

    def _own_thing(self, name: str) -> tuple[str, ...]:
        handle = self.natures[name].handle
        return self._identity(name, handle) if handle in self.handles[name] else ()

    def _naming(self, name: str, needed: tuple[Parameter, ...]) -> frozenset[str]:
        """The required arguments that name things; those that say where one is only where a path ends with them."""
        last = (path_segments(self.apis[name].path) or [""])[-1]
        where = self.places - {variable_of(last)}
        return frozenset(
            p.name
            for p in needed
            if p.type not in ("array", "object", "boolean")
            and (p.location == "path" or key_words(p.name) != ("number",))
            and (p.location == "path" or is_handle(p.name) or key_words(p.name)[-1:] == ("name",))
            and p.name not in where
        )

    def _narrowing(self, name: str) -> str:
        usable = [
            p
            for p in self.apis[name].parameters
            if narrows_to_one(p, self.natures[name].resource)
            and (p in self.needed[name] or p.name in self.fillable[name])
            and bound_of(p) != "end"
            and (bound_of(p) != "start" or self.closing(name, p.name))
        ]
        return min(usable, key=lambda p: (not p.required, is_date(p), not is_query(p))).name if usable else ""

    def closing(self, name: str, start: str) -> str:
        """The argument that ends the period begun by `start`; "" if `start` begins none or has no counterpart."""
        if bound_of(self.parameters[name, start]) != "start":
            return ""
        usable = [*(p.name for p in self.needed[name]), *self.fillable[name]]
        return next((one for one in usable if bound_of(self.parameters[name, one]) == "end"), "")


def _places(apis: tuple[Api, ...]) -> frozenset[str]:
    counts = Counter(p.name for api in apis for p in api.parameters if p.required)
    least = max(_FEW, _EVERYWHERE * len(apis))
    return frozenset(name for name, count in counts.items() if count > least)


def left_out(catalog: Catalog) -> dict[tuple[str, str], str]:
    """What is never asked for, and why: by (api, "") an operation, by (api, parameter) an optional argument.

    `same_call_as <api>` and `deprecated` for operations; `deprecated`, `excluded` or the argument's kind (`constant`,
    `cursor`, `version`, `credential`; of a write `limit`, `order`, `fields`) for arguments.
    """
    facts = Facts(catalog)
    found: dict[tuple[str, str], str] = {}
    for name, api in facts.apis.items():
        if name not in facts.is_taught:
            twin = facts.represented[name]
            found[name, ""] = f"same_call_as {twin}" if twin != name else "deprecated"
        for parameter in api.parameters:
            if not parameter.required and parameter.name not in facts.fillable[name]:
                kind = facts.kinds[name, parameter.name]
                says_why = kind in NEVER_FILLED | OF_ANSWERS
                why = "deprecated" if is_deprecated(parameter) else kind if says_why else "excluded"
                found[name, parameter.name] = why
    return found
