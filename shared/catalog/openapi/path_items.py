"""The operations of path items: references with what stands beside them, and what no verb names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.catalog.reading import Reading
from shared.catalog.schemas.refs import Refs

_VERBS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
_OTHER_KEYS = frozenset(("summary", "description", "servers", "parameters", "$ref", "additionalOperations"))
_OF_AN_OPERATION = frozenset(("responses", "operationId", "requestBody"))
_MAX_HOPS = 16
_FILES_NAMED = 5


class PathItems:
    """Reads the path items of one document and remembers what stands in other files."""

    def __init__(self, refs: Refs, reading: Reading) -> None:
        self._refs = refs
        self._reading = reading
        self._elsewhere: Counter[str] = Counter()

    def operations(self, path: str, raw: Any) -> Iterator[tuple[str, dict[str, Any], Any]]:
        """Verb in upper case, operation and the parameters of the path, for each operation under `path`."""
        item = self._merged(path, raw)
        if item is None:
            return
        extra = item.get("additionalOperations")
        others = extra if isinstance(extra, dict) else {}
        if extra is not None and extra is not others:
            self._note("malformed_operation", f"additionalOperations {path}", "Not an object; left out.")
        for verb, node in item.items():
            if verb in _VERBS or self._is_verb(path, verb, node):
                yield from self._operation(path, verb.upper(), node, item)
        for verb, node in others.items():
            yield from self._operation(path, str(verb).upper(), node, item)

    def report(self, where: str) -> None:
        """Say how many operations or paths stand in other files, and how to have them read."""
        if not self._elsewhere:
            return
        files = [*self._elsewhere]
        shown = ", ".join(files[:_FILES_NAMED]) + (", …" if len(files) > _FILES_NAMED else "")
        message = (
            f"{self._elsewhere.total()} paths or operations stand in {len(files)} other files ({shown}), never opened. "
            "Bundle them into one document, for example with `redocly bundle openapi.yaml -o bundled.yaml`."
        )
        self._note("operations_elsewhere", where, message)

    def _merged(self, path: str, raw: Any) -> dict[str, Any] | None:
        """A path item with what its `$ref` names; what stands beside the reference wins."""
        merged: dict[str, Any] = {}
        node = raw
        for _ in range(_MAX_HOPS):
            if not isinstance(node, dict):
                break
            for key, value in node.items():
                if key == "parameters" and isinstance(value, list) and isinstance(merged.get(key), list):
                    merged[key] = [*value, *merged[key]]
                elif key != "$ref" and merged.setdefault(key, value) is not value and key in _VERBS:
                    message = "Stands beside a `$ref` that has it, too; the one beside it is read."
                    self._note("repeated_operation", f"{str(key).upper()} {path}", message)
            ref = node.get("$ref")
            if not isinstance(ref, str):
                return merged
            node = self._target(ref)
        if not merged:
            message = "Not an object, or a $ref that leads nowhere; left out."
            self._note("malformed_path", path, message)
            return None
        self._note("malformed_path", path, "Its $ref leads nowhere; what stands beside it is read.")
        return merged

    def _target(self, ref: str) -> Any:
        if not ref.startswith("#"):
            self._elsewhere[ref.partition("#")[0]] += 1
        return self._refs.find(ref)

    def _is_verb(self, path: str, key: Any, node: Any) -> bool:
        """Whether a key of a path item is a verb in another case; anything else that matters is noted."""
        if not isinstance(key, str) or key in _OTHER_KEYS:
            return False
        if key.startswith("x-"):
            if isinstance(node, dict) and not _OF_AN_OPERATION.isdisjoint(node):
                message = "A vendor's operation for any verb; left out, as it says none that a plan can name."
                self._note("vendor_operation", f"{key} {path}", message)
            return False
        if key.lower() in _VERBS:
            return True
        self._note("unknown_key", f"{path} {key}", "Not an HTTP method; left out.")
        return False

    def _operation(
        self, path: str, verb: str, node: Any, item: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any], Any]]:
        if isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
            self._target(ref)
            node = self._refs.resolve(node, path)
        if isinstance(node, dict):
            if self._reading.takes_another():
                yield verb, _described(node, item), item.get("parameters")
        else:
            self._note("malformed_operation", f"{verb} {path}", "Not an object; left out.")

    def _note(self, code: str, where: str, message: str) -> None:
        self._reading.note(code, where, message)


def _described(node: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """An operation with the description and servers of its path item, unless it has its own."""
    words = [] if "summary" in node or "description" in node else ["summary", "description"]
    more = {word: item[word] for word in [*words, "servers"] if word in item and word not in node}
    return node | more if more else node
