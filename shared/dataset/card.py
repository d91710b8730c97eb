"""The dataset card: README.md of a published dataset, for whoever wants to train on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.dataset.coverage import Coverage
from shared.dataset.duplicates import DEFAULT_THRESHOLD
from shared.dataset.hub import front_matter
from shared.dataset.published_run import PublishedRun
from shared.dataset.quality import figures, quality
from shared.dataset.rejection import DUPLICATE

if TYPE_CHECKING:
    from jinja2 import Template

_TOP_REASONS = 20
_LISTED = 30
_DEFAULTS = {
    "max_attempts": 3,
    "near_duplicate_threshold": DEFAULT_THRESHOLD,
    "seed": 0,
    "formats": (),
    "examples_from": "",
    "judge": False,
    "dpo_base_model": "",
}
"""Options that the card tells, for runs that do not name them."""
_LINKED = ("chain", "fan_out", "join")
_DIFFICULTIES = ("XS", "S", "M", "L", "XL")
_UNSAFE = str.maketrans({"|": "/", "<": "‹", ">": "›", "`": "'", "[": "(", "]": ")"})
"""What Markdown or HTML would read: tables, tags, code, links and pictures."""


def readme(
    run: PublishedRun,
    coverage: Coverage,
    split: Mapping[str, Any],
    charts: Iterable[str],
    rows: Mapping[str, int],
) -> bytes:
    """The card as Markdown.

    Args:
        run: whose dataset it is.
        coverage: what its records teach.
        split: the selection's report.
        charts: paths of the drawings.
        rows: those of each file.
    """
    tally, covered = run.tally, coverage.to_dict()
    text = _template().render(
        run=run,
        options={**_DEFAULTS, **run.options},
        split=split,
        charts=list(charts),
        coverage=covered,
        untaught=[operation for operation in covered["by_operation"] if not operation["taught"]],
        listed=_LISTED,
        front_matter=front_matter(rows),
        duplicates=tally.reasons[DUPLICATE],
        linked=sum(tally.shapes[shape] for shape in _LINKED),
        difficulties=[difficulty for difficulty in _DIFFICULTIES if tally.difficulties[difficulty]],
        people=len({decision["author"] for decision in (run.revision or {}).get("decisions", ())}),
        quality=quality(tally),
        reasons=_most_first(tally.reasons)[:_TOP_REASONS],
        preferences=_most_first(tally.preferences),
    )
    return text.encode()


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Markdown, so that nothing is escaped as HTML: texts from outside go through the filter `plain`.
    made = Environment(
        loader=PackageLoader("shared.dataset"),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "figures": figures,
        "percent": "{:.1%}".format,
        "plain": _plain,
        "share": _share,
        "whole": "{:,.0f}".format,
        "why": _why,
    }
    return made.get_template("card.md.jinja")


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _why(why: str | Mapping[str, Any]) -> str:
    """Why an operation is not taught, as `coverage.json` has it, in words."""
    if isinstance(why, str):
        return why.replace("_", " ")
    parts = []
    for kind, found in why.items():
        inner = ", ".join(f"{code} {n}" for code, n in found.items()) if isinstance(found, Mapping) else found
        parts.append(f"{kind.replace('_', ' ')}: {inner}")
    return "; ".join(parts) or "unknown"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"


def _plain(text: str) -> str:
    """One line of text and nothing else."""
    return " ".join(text.split()).translate(_UNSAFE)
