"""Makes tests/repo/bicep-types.json: of the compiler's types, what the Bicep files here can set.

Usage: `python -m tests.builders.compact_types SOURCE`. SOURCE maps each `<type>@<version>` to its list of types as
https://github.com/Azure/bicep-types-az publishes them (MIT licence): `$ref` is a position in the list, 0 the resource.
Descriptions, and whatever is below a property that only Azure sets, are left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from local.checkout import ROOT
from tests.builders.bicep import bicep_files

TARGET = ROOT / "tests/repo/bicep-types.json"
_READ_ONLY = 2
_KEPT = (
    "properties",
    "additionalProperties",
    "baseProperties",
    "elements",
    "discriminator",
    "itemType",
    "value",
)


def used() -> set[str]:
    """Every `<type>@<version>` that the Bicep files make, not merely refer to."""
    return {
        each.target
        for file in bicep_files()
        for each in file.of("resource").values()
        if "@" in each.target and not each.existing
    }


def compact(types: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same types, reachable and settable ones alone, equal ones once; the resource stays first."""
    order: list[dict[str, Any]] = []
    places: dict[int, int] = {}

    def place(position: int) -> int:
        if position not in places:
            places[position] = len(order)
            order.append({})
            order[places[position]] = _shortened(types[position], refer)
        return places[position]

    def refer(reference: dict[str, str]) -> dict[str, str]:
        return {"$ref": f"#/{place(int(reference['$ref'].removeprefix('#/')))}"}

    place(0)
    return order


def _shortened(kind: dict[str, Any], refer: Any) -> dict[str, Any]:
    found = {"$type": kind["$type"]}
    for key in _KEPT:
        if key not in kind:
            continue
        value = kind[key]
        if key in ("properties", "baseProperties"):
            found[key] = {name: _property(each, refer) for name, each in value.items()}
        elif key == "elements" and isinstance(value, dict):
            found[key] = {name: refer(each) for name, each in value.items()}
        elif key == "elements":
            found[key] = [refer(each) for each in value]
        elif key in ("additionalProperties", "itemType"):
            found[key] = refer(value)
        else:
            found[key] = value
    return found


def _property(each: dict[str, Any], refer: Any) -> dict[str, Any]:
    flags = each.get("flags", 0)
    if flags & _READ_ONLY:
        return {"flags": flags}
    return {"type": refer(each["type"]), **({"flags": flags} if flags else {})}


def main() -> int:
    """Write the file; says which types the source lacks."""
    source = {key.lower(): types for key, types in json.loads(Path(sys.argv[1]).read_text()).items()}
    missing = sorted(name for name in used() if name.lower() not in source)
    if missing:
        print("the source lacks:", *missing, sep="\n  ", file=sys.stderr)
        return 1
    lines = [
        f"{json.dumps(name)}: {json.dumps(compact(source[name.lower()]), separators=(',', ':'))}"
        for name in sorted(used())
    ]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines)} types, {TARGET.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
