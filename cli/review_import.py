"""Takes a reviewed file back: reads what each line decides, checks all lines, then sends the decisions."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cli.api_error import ApiError
from cli.client import Client, run_route
from shared.dataset.review.content import CHANGEABLE, content_hash

_BATCH = 200
_VERBS = {"approved": "approve", "rejected": "reject", "": "revert"}
_FIELDS = frozenset({*CHANGEABLE, "task_id", "hash", "verdict", "reason"})


@dataclass(frozen=True)
class Wanted:
    """What a line asks for.

    Attributes:
        number: of the line.
        row: the row's task id, "" for an own example.
        edit: what of the row is new; empty where nothing is.
        verdict: `approve`, `reject` or `revert`; "" where the one that stands is wanted.
        body: the line itself.
    """

    number: int
    row: str
    edit: Mapping[str, Any]
    verdict: str
    body: Mapping[str, Any]


@dataclass
class Importing:
    """One import: first everything is looked at, then it is done.

    Attributes:
        author: who decides.
    """

    client: Client
    run: str
    author: str
    _told: dict[str, Any] = field(default_factory=dict)

    def bring(self, lines: Sequence[tuple[int, dict[str, Any]]], *, dry_run: bool = False) -> dict[str, Any]:
        """Counts of what was done; `errors`, `changed` and `repeats` by line. With an error nothing is done."""
        self._told = {
            "run_id": self.run,
            "lines": len(lines),
            **dict.fromkeys(("approved", "rejected", "reverted", "edited", "added", "unchanged"), 0),
            "errors": [],
            "changed": [],
            "repeats": [],
            "dry_run": dry_run,
        }
        known = {
            line["task_id"]: line for line in self.client.lines(self._route("export"), {"form": "review"})
        }
        wanted = [one for number, line in lines if (one := self._wanted(number, line, known))]
        for one in wanted:
            self._check(one)
        if not self._told["errors"] and not dry_run:
            self._do(wanted)
        return self._told

    def _route(self, end: str) -> str:
        return f"{run_route(self.run)}/{end}"

    def _wanted(self, number: int, line: dict[str, Any], known: Mapping[str, Any]) -> Wanted | None:
        """What the line asks for; None for nothing, or for what cannot be asked."""
        row = line.get("task_id") or ""
        if not row:
            return Wanted(number, "", {}, "", line)
        if (problem := _misshapen(line)) or row not in known:
            self._error(number, row, problem or "the run has no such row")
            return None
        there, edit = known[row], _edit(line)
        if there["hash"] != line["hash"]:
            self._told["changed"].append(_line(number, row, "somebody has changed it since; export it again"))
            return None
        verdict = _verdict(line, there, bool(edit))
        if not edit and not verdict:
            self._told["unchanged"] += 1
            return None
        return Wanted(number, row, edit, verdict, line)

    def _check(self, one: Wanted) -> None:
        """Tell the errors of an edit or of an own example, as the installation finds them."""
        if one.verdict == "reject" and not str(one.body.get("reason") or "").strip():
            self._error(one.number, one.row, "a rejection has a reason")
        route = self._route(f"rows/{one.row}/check" if one.row else "examples/check")
        if one.row and not one.edit:
            return
        try:
            found = self.client.call("POST", route, json=dict(one.edit) if one.row else _example(one))
        except ApiError as error:
            self._error(one.number, one.row, error.message)
            return
        if found["repeats"]:
            why = f"repeats {found['repeats']['task_id']}: a revision leaves it out as a duplicate"
            self._told["repeats"].append(_line(one.number, one.row, why))
        for finding in found["findings"]:
            if finding["severity"] == "error":
                self._error(one.number, one.row, f"{finding['code']}: {finding['message']}", finding["path"])

    def _do(self, wanted: Sequence[Wanted]) -> None:
        edits = [one for one in wanted if one.edit]
        hashes: dict[str, str] = {}
        for some in _batches(edits):
            decisions = [
                {"row": one.row, "hash": one.body["hash"], "verdict": "edit", **one.edit} for one in some
            ]
            hashes |= self._decided(some, decisions, "edited")
        self._judge([one for one in wanted if one.verdict and (not one.edit or one.row in hashes)], hashes)
        for some in _batches([one for one in wanted if not one.row]):
            body = {"author": self.author, "examples": [_example(one) for one in some]}
            self.client.call("POST", self._route("examples"), json=body, headers=_key())
            self._told["added"] += len(some)

    def _judge(self, wanted: Sequence[Wanted], hashes: Mapping[str, str]) -> None:
        names = {"approve": "approved", "reject": "rejected", "revert": "reverted"}
        for verb, name in names.items():
            for some in _batches([one for one in wanted if one.verdict == verb]):
                decisions = [
                    {
                        "row": one.row,
                        "hash": hashes.get(one.row, one.body["hash"]),
                        "verdict": verb,
                        **({"reason": one.body["reason"]} if verb == "reject" else {}),
                    }
                    for one in some
                ]
                self._decided(some, decisions, name)

    def _decided(
        self, some: Sequence[Wanted], decisions: Sequence[dict[str, Any]], name: str
    ) -> dict[str, str]:
        """Send some decisions; those whose row was changed meanwhile are told, and the others sent again."""
        body = {"author": self.author, "decisions": list(decisions)}
        try:
            done = self.client.call("POST", self._route("decisions"), json=body, headers=_key())
        except ApiError as error:
            late = {row["task_id"] for row in error.problem.get("rows") or ()}
            if error.code != "row_changed" or not late:
                raise
            numbers = {one.row: one.number for one in some}
            self._told["changed"] += [
                _line(numbers[row], row, "somebody has changed it meanwhile") for row in sorted(late)
            ]
            left = [(one, sent) for one, sent in zip(some, decisions, strict=True) if one.row not in late]
            return self._decided([one for one, _ in left], [sent for _, sent in left], name) if left else {}
        self._told[name] += len(done["rows"])
        return {row["task_id"]: row["hash"] for row in done["rows"]}

    def _error(self, number: int, row: str, message: str, path: str = "") -> None:
        self._told["errors"].append({**_line(number, row, message), **({"path": path} if path else {})})


def _misshapen(line: Mapping[str, Any]) -> str:
    """Why a line cannot be taken, "" if it can."""
    if unknown := sorted(set(line) - _FIELDS):
        return f"there is no '{unknown[0]}' in a line"
    if not isinstance(line.get("hash"), str) or not isinstance(line.get("reason") or "", str):
        return "the hash of the row is missing; leave it as it was exported"
    if line.get("verdict", "") not in ("approved", "rejected", "edited", "own", ""):
        return "the verdict is approved, rejected, or empty"
    return ""


def _edit(line: Mapping[str, Any]) -> dict[str, Any]:
    """The new content: all of it as soon as anything differs from what was exported."""
    given = {name: line[name] for name in CHANGEABLE if name in line}
    as_record = {"task_nl": line.get("task"), **given}
    same = set(given) == set(CHANGEABLE) and content_hash(as_record) == line["hash"]
    return {} if same else given


def _verdict(line: Mapping[str, Any], there: Mapping[str, Any], is_edited: bool) -> str:
    """The verdict that a line asks for, "" where it is the one that stands, or comes with the edit."""
    verdict = line.get("verdict", there["verdict"])
    same = verdict == there["verdict"] and (verdict != "rejected" or line.get("reason") == there["reason"])
    if verdict in ("edited", "own") or (verdict == "" and is_edited) or (same and not is_edited):
        return ""
    return _VERBS[verdict]


def _example(one: Wanted) -> dict[str, Any]:
    return {name: value for name, value in one.body.items() if name not in ("task_id", "hash")}


def _line(number: int, row: str, message: str) -> dict[str, Any]:
    return {"line": number, "row": row, "message": message}


def _batches(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    for first in range(0, len(wanted), _BATCH):
        yield wanted[first : first + _BATCH]


def _key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def author_name(given: str | None) -> str:
    """Who decides: the name given, else that of the login."""
    try:
        return given or getpass.getuser()
    except (OSError, KeyError):  # no name is known of this user
        return "anonymous"


def report(told: Mapping[str, Any]) -> str:
    """What became of the file, in words."""
    lines = [
        f"line {one['line']}{' (' + one['row'] + ')' if one['row'] else ''}: {one['message']}"
        + (f" [{one['path']}]" if one.get("path") else "")
        for one in (*told["errors"], *told["changed"], *told["repeats"])
    ]
    counts = ("edited", "approved", "rejected", "reverted", "added", "unchanged")
    done = ", ".join(f"{told[name]} {name}" for name in counts if told[name]) or "nothing to do"
    if told["errors"]:
        done = f"{len(told['errors'])} errors: nothing was stored"
    elif told["dry_run"]:
        done = "the file is good: nothing was stored (--dry-run)"
    return "\n".join([*lines, f"{told['run_id']}: {done}"])
