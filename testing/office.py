"""A document service's catalog with what rules of sense look at: cursors, fixed headers, ties, twins, undoing pairs."""

from __future__ import annotations

from random import Random
from typing import Any

from shared.catalog.model import Api, Catalog, Parameter
from shared.curriculum.blueprint import Blueprint
from shared.plan.record import record
from testing.plans import CREATED_AT
from testing.shop import INTEGER, STRING, body, obj, path, query, rows

_BLUEPRINT = Blueprint(
    index=1, slice=0, focus=("get_file",), flows=(), required=(), shape="chain", variation="plain", difficulty="S",
    persona="a busy manager", seed_task="",
)  # fmt: skip
VERSION = Parameter("Office-Version", "header", "string", default="2026-02-01", schema=STRING)
_FILE = obj(id=STRING, name=STRING, folder_id=STRING, size=INTEGER)
_LABEL = obj(id=STRING, name=STRING, file_id=STRING)
_ITEMS = rows(obj(id=STRING, name=STRING))


def _page(items: dict[str, Any]) -> dict[str, Any]:
    return obj(entries=rows(items), next_cursor=STRING)


def _api(name: str, words: str, method: str, where: str, *parameters: Parameter, **responses: Any) -> Api:
    return Api(
        name, words, method, where, ("office",), parameters, obj(**responses) if responses else {}, name
    )


CATALOG = Catalog(
    "office",
    "Files, labels, holds and letters of a small office.",
    (
        _api(
            "list_files", "Lists the files of a folder", "GET", "/folders/{folder_id}/files",
            path("folder_id", STRING), query("cursor", STRING), query("limit", INTEGER), VERSION,
            entries=rows(_FILE), next_cursor=STRING,
        ),
        _api("get_file", "Shows a file", "GET", "/files/{file_id}", path("file_id", STRING), VERSION,
             file=_FILE),
        _api("read_file", "Shows a file", "GET", "/files/{file_id}", path("file_id", STRING), VERSION,
             file=_FILE),
        _api(
            "create_folder", "Creates a folder", "POST", "/folders", body("name", STRING, required=True), VERSION,
            folder=obj(id=STRING, name=STRING),
        ),
        _api("delete_folder", "Deletes a folder", "DELETE", "/folders/{folder_id}", path("folder_id", STRING)),
        _api(
            "create_hold", "Puts a hold on files that are named later", "POST", "/holds",
            body("reason", STRING, required=True), hold=obj(id=STRING, reason=STRING),
        ),
        _api(
            "list_hold_files", "Lists the files under a hold", "GET", "/holds/{hold_id}/files",
            path("hold_id", STRING), query("marker", STRING), entries=rows(_FILE), next_marker=STRING,
        ),
        _api("cancel_hold", "Cancels a hold", "POST", "/holds/{hold_id}/cancel", path("hold_id", STRING)),
        _api(
            "attach_label", "Attaches a label to a file", "POST", "/files/{file_id}/labels",
            path("file_id", STRING), body("label_name", STRING, required=True), label=_LABEL,
        ),
        _api(
            "remove_label", "Removes a label", "DELETE", "/labels/{label_id}", path("label_id", STRING),
        ),
        _api("follow_file", "Follows a file", "POST", "/files/{file_id}/follow", path("file_id", STRING)),
        _api("unfollow_file", "No longer follows a file", "DELETE", "/files/{file_id}/follow",
             path("file_id", STRING)),
        _api(
            "edit_letter", "Edits a letter", "PATCH", "/letters/{letter_id}", path("letter_id", STRING),
            body("kind", {"type": "string", "enum": ["replace", "append"]}, required=True),
            Parameter("replacement", "body", "string", description="Provide when kind is `replace`. The new text.",
                      schema=STRING),
            Parameter("addition", "body", "string", description="Provide when kind is `append`. Text to add.",
                      schema=STRING),
            Parameter("footer", "body", "string", description="Deprecated. Text below.", schema=STRING),
            Parameter("template", "body", "string",
                      description="Either `template` or `letterhead` may be given, but not both.", schema=STRING),
            Parameter("letterhead", "body", "string", description="Name of a letterhead.", schema=STRING),
            letter=obj(id=STRING, name=STRING),
        ),
        _api("search_folder", "Searches what a folder holds", "POST", "/folders/{folder_id}/search",
             path("folder_id", STRING), body("words", STRING, required=True)),
        _api("print_letter", "Prints a letter", "POST", "/letters/{letter_id}/print", path("letter_id", STRING),
             body("copies", INTEGER), body("tray", STRING), job=obj(id=STRING)),
    ),
)  # fmt: skip


def step(index: int, api: str, arguments: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A step with its optional members filled in."""
    rest = {"depends_on": [], "outputs": [], "reasoning": "", "failure_modes": [], "retries": 0}
    return {"index": index, "action": f"do {index}", "api": api, "arguments": arguments, **rest, **members}


_FILES = "fil-2041 fil-7733 fil-1180 fil-5526 fil-9014".split()
_FOLDERS = "fol-310 fol-872 fol-455 fol-129".split()
_LETTERS = "let-61 let-77 let-12 let-98".split()
_NAMES = ("Harbour lease", "Spring offers", "Board minutes", "Travel claims", "Wage slips")


def good(random: Random) -> list[dict[str, Any]]:
    """One good record of each kind, with values drawn by `random`."""
    file, folder, letter, name = map(random.choice, (_FILES, _FOLDERS, _LETTERS, _NAMES))
    copies = random.randrange(2, 40)
    return [
        _record(
            f"Show me the files in {folder}, {copies} of them, and then the first one in full.",
            step(1, "list_files", {"folder_id": folder, "limit": copies}, outputs=["entries"]),
            step(2, "get_file", {"file_id": "${steps.1.entries[0].id}"}, depends_on=[1]),
        ),
        _record(
            f"Please put the label {name} on {file}, and show me the file afterwards.",
            step(1, "attach_label", {"file_id": file, "label_name": name}, outputs=["label"]),
            step(2, "get_file", {"file_id": "${steps.1.label.file_id}"}, depends_on=[1]),
        ),
        _record(
            f'Letter {letter} should say "{name} until Friday" at the end; then print {copies} copies from the upper tray.',
            step(
                1, "edit_letter", {"letter_id": letter, "kind": "append", "addition": f"{name} until Friday"},
                outputs=["letter"],
            ),
            step(
                2, "print_letter", {"letter_id": "${steps.1.letter.id}", "copies": copies, "tray": "upper"},
                depends_on=[1],
            ),
        ),
        _record(
            f"We need a folder called {name}, and follow {file} for me.",
            step(1, "create_folder", {"name": name}),
            step(2, "follow_file", {"file_id": file}),
        ),
    ]  # fmt: skip


def _record(task: str, *steps: dict[str, Any]) -> dict[str, Any]:
    parts = {
        "task_nl": task,
        "assumptions": [],
        "plan": {
            "global_constraints": {},
            "steps": list(steps),
            "validation_checks": ["Every call answered."],
            "expected_end_state": "All is done.",
        },
        "negatives": {"confusers": ["delete_folder"]},
        "domain": "small office",
    }
    return record("office-000001", parts, _BLUEPRINT, CREATED_AT, "teacher-1")


def good_records(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """`count` good records, all kinds in turn."""
    made: list[dict[str, Any]] = []
    while len(made) < count:
        made += good(Random(f"{seed}:{len(made)}"))
    return made[:count]
