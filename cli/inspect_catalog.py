"""`plansmith catalog inspect FILE…`: what ingestion makes of files; nothing is sent anywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import orjson

from cli.catalog_files import read_catalog
from cli.preview import Preview
from cli.wording import counted
from shared.catalog.model import Api, Catalog, Diagnostic
from shared.contracts import options
from shared.curriculum.slices import cut
from shared.report.figures import dollars
from shared.runs.budget import estimate
from shared.teacher.api_lines import api_line
from shared.teacher.prompt import prompt_cost

_DIAGNOSTICS = (
    "what was left out, simplified or assumed, how often; docs/catalogs.md says what each kind means"
)
_EXAMPLES_SHOWN = 3
_TEACHER = "gpt-5.1"
_API = ("name", "original_name", "description", "method", "path", "tags")
_PARAMETER = ("name", "location", "type", "required", "enum", "default", "description", "schema")


def inspect(
    files: Sequence[Path],
    as_json: bool,
    *,
    assignments: int = 0,
    prompts: int = 0,
    seed: int = 0,
    samples: int = 500,
) -> str:
    """The report on the files as one catalog. CatalogError if they cannot be used.

    With `assignments` the first so many assignments of a run in words instead; with `prompts` what a teacher would be
    sent for them, a line of JSON each: `{"index", "assignment", "messages"}`.

    The text lists operations by folder, the line of one as the teacher sees it, what `samples` would cost, and
    diagnostics by kind. As JSON: `{"name", "apis": [{"name", "original_name", "description", "method", "path", "tags",
    "parameters": [{"name", "location", "type", "required", "enum", "default", "description", "schema"}], "conditions",
    "returns", "line"}], "diagnostics": [{"code", "where", "message"}]}`; `line` is the exact line of the prompt,
    `returns` the schema of a success.
    """
    catalog = read_catalog(files)
    if prompts:
        return b"\n".join(Preview(catalog, prompts, seed).prompts()).decode()
    if assignments:
        return Preview(catalog, assignments, seed).in_words()
    if as_json:
        return _json(_shown(catalog))
    return _told(catalog, len(cut(catalog, cost=prompt_cost)), samples)


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _shown(catalog: Catalog) -> dict[str, object]:
    return {
        "name": catalog.name,
        "apis": [_shown_api(api) for api in catalog.apis],
        "diagnostics": [
            {"code": found.code, "where": found.where, "message": found.message}
            for found in catalog.diagnostics
        ],
    }


def _shown_api(api: Api) -> dict[str, object]:
    return {
        **{name: getattr(api, name) for name in _API},
        "parameters": [
            {name: getattr(parameter, name) for name in _PARAMETER} for parameter in api.parameters
        ],
        "conditions": api.conditions,
        "returns": api.responses,
        "line": api_line(api),
    }


def _told(catalog: Catalog, slices: int, samples: int) -> str:
    apis = sorted(catalog.apis, key=lambda api: api.tags)
    lines = [f"{catalog.name}: {counted(len(apis), 'operation')}, {counted(slices, 'slice')}"]
    lines.append(
        "Each operation: name, verb, path [required arguments (+ optional ones)]. A slice is what one prompt shows."
    )
    for tags, members in groupby(apis, key=lambda api: api.tags):
        found = list(members)
        lines.append(f"\n{' / '.join(tags) or '(no folder)'} ({counted(len(found), 'operation')})")
        lines.extend(map(_line, found))
    one = next((api for api in apis if api.parameters), apis[0])
    lines.append(f"\nWhat the teacher sees of {one.name}\n  {api_line(one)}")
    lines.append(f"\n{_cost(catalog, samples)}")
    return "\n".join([*lines, *_told_diagnostics(catalog)])


def _told_diagnostics(catalog: Catalog) -> list[str]:
    kinds: dict[str, list[Diagnostic]] = defaultdict(list)
    for found in catalog.diagnostics:
        kinds[found.code].append(found)
    lines = [f"\nDiagnostics: {_DIAGNOSTICS}"] if kinds else []
    for code, members in sorted(kinds.items(), key=lambda kind: (-len(kind[1]), kind[0])):
        lines.append(f"  {len(members):5}  {code}")
        lines.extend(f"         {one.where}: {one.message}" for one in members[:_EXAMPLES_SHOWN])
        if (more := len(members) - _EXAMPLES_SHOWN) > 0:
            lines.append(f"         … {more} more; --json lists them all")
    return lines


def _cost(catalog: Catalog, samples: int) -> str:
    """What so many samples will probably take of the teacher that an installation has by default."""
    reckoned = estimate(catalog, options.resolve({}, {"samples": samples}), _TEACHER)
    cost = reckoned["cost_usd"]
    price = "no price is known" if cost is None else f"about {dollars(cost)}"
    return f"{counted(samples, 'sample')}: about {reckoned['tokens']:,} tokens; at the price of {_TEACHER} {price}"


def _line(api: Api) -> str:
    needed = [p.name for p in api.parameters if p.required]
    more = len(api.parameters) - len(needed)
    arguments = ", ".join(needed)
    if more:
        arguments = f"{arguments} (+{more} optional)" if needed else f"{more} optional"
    return f"  {api.name}  {api.method} {api.path}".rstrip() + (f"  [{arguments}]" if arguments else "")
