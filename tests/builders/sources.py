"""The committed files of this checkout, and what its Python modules import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT

_MADE = frozenset(
    ".venv .git .local .azure out dist node_modules .python_packages".split()
    + "__pycache__ .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis".split()
)


@dataclass(frozen=True)
class Import:
    """`module` is imported at `line` of `file`; `at_top` if it happens when the module loads."""

    file: Path
    line: int
    module: str
    at_top: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def committed(suffix: str = "") -> Iterator[Path]:
    """Files of the checkout whose name ends in `suffix`, without what set-up and runs make; relative paths."""
    for folder, folders, names in ROOT.walk():
        folders[:] = sorted(set(folders) - _MADE)
        for name in sorted(names):
            if name.endswith(suffix) and name != "local.settings.json":
                yield (folder / name).relative_to(ROOT)


def modules(*folders: str) -> Iterator[Path]:
    """Python files below `folders`, as relative paths."""
    return (path for path in committed(".py") if str(path).startswith(folders))


def imports(path: Path) -> Iterator[Import]:
    """What the module at `path` imports, `from x import y` as both `x` and `x.y`."""
    tree = ast.parse((ROOT / path).read_text())
    inner = {
        id(node)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
    } | {id(node) for guard in ast.walk(tree) if _is_for_types(guard) for node in ast.walk(guard)}
    for node in ast.walk(tree):
        at_top = id(node) not in inner
        if isinstance(node, ast.Import):
            yield from (Import(path, node.lineno, alias.name, at_top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield Import(path, node.lineno, node.module, at_top)
            yield from (
                Import(path, node.lineno, f"{node.module}.{alias.name}", at_top) for alias in node.names
            )


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
