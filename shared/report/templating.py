"""Templates for the report and the console: whatever they show is escaped, and read as it stands."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.report import figures

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What no page should hold, and what makes a text read as another one (bidirectional controls)."""

_FILTERS = ("dollars", "moment", "spoken", "whole")


@cache
def environment(*packages: str) -> Environment:
    """The templates of this package and of `packages`, which come first."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loaders = [PackageLoader(package, "templates") for package in (*packages, "shared.report")]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_readable,
    )
    made.filters.update({name: getattr(figures, name) for name in _FILTERS})
    return made


def part(template: str, **values: Any) -> Markup:
    """What one of this package's templates makes of `values`."""
    from markupsafe import Markup

    return Markup(environment().get_template(template).render(**values))  # noqa: S704 - escaped by the template


def _readable(value: Any) -> Any:
    """A text without control characters; markup and everything else as it is."""
    from markupsafe import Markup

    if isinstance(value, str) and not isinstance(value, Markup):
        return _CONTROLS.sub("\ufffd", value)
    return "" if value is None else value
