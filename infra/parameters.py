"""Prints the parameters that azd would give to main.bicep, as a file for `az deployment sub what-if --parameters`.

Reads main.parameters.json and the environment by azd's rules: an empty variable counts as unset, an unset one takes
the default behind `=`, and without a default the parameter is left out, so that the template's own counts.
Standard library only. Usage: `python3 infra/parameters.py > parameters.json`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

INFRA = Path(__file__).resolve().parent


class BadParameterError(Exception):
    """A variable does not fit its parameter; the message names it and what it takes."""


def parameters(environment: Mapping[str, str]) -> dict[str, Any]:
    """The parameter file's content for `environment`. Raises BadParameterError."""
    template = (INFRA / "main.bicep").read_text(encoding="utf-8")
    kinds = dict(re.findall(r"^param (\w+) (\w+)", template, re.MULTILINE))
    file = json.loads((INFRA / "main.parameters.json").read_text(encoding="utf-8"))
    found = {}
    for name, entry in file["parameters"].items():
        variable, default = re.fullmatch(r"\$\{([A-Z_]+)(?:=(.*))?\}", entry["value"]).groups()  # type: ignore[union-attr]
        text = environment.get(variable) or default
        if text is not None:
            found[name] = {"value": _converted(text, kinds[name], variable)}
    return {**file, "parameters": found}


def _converted(text: str, kind: str, variable: str) -> Any:
    if kind == "string":
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    wanted = {"int": int, "bool": bool, "object": dict}[kind]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise BadParameterError(f"{variable} is {text!r}, but {kind} is wanted")
    return value


def main() -> int:
    """Print the file; 1 if a variable does not fit."""
    try:
        print(json.dumps(parameters(os.environ), indent=2))
    except BadParameterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
