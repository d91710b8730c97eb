"""Faults of sense and of grounding to plant in good records of the office catalog: one function a class."""

from __future__ import annotations

from random import Random
from typing import Any

from shared.plan.references import Use, find
from testing.faults.fault import Apis, Fault, Record
from testing.office import step


def _steps(record: Record) -> list[Record]:
    steps: list[Record] = record["plan"]["steps"]
    return steps


def _replace(record: Record, task: str, *steps: Record) -> Record:
    record["task_nl"] = task
    record["plan"]["steps"] = list(steps)
    return record


def _limit(record: Record, apis: Apis, random: Random) -> Record:
    """A limit of calls that the retries break."""
    name = random.choice(("max_calls", "max_requests", "max_attempts", "maximum_api_calls", "call_limit"))
    for one in _steps(record):
        one["retries"] = random.randrange(0, 3)
    _steps(record)[-1]["retries"] = random.randrange(1, 4)
    record["plan"]["global_constraints"][name] = len(_steps(record))
    return record


def _token(record: Record, apis: Apis, random: Random) -> Record:
    """A cursor that nobody has."""
    token = f"{random.getrandbits(64):016x}"
    call, name = random.choice((("list_files", "cursor"), ("list_hold_files", "marker")))
    key, thing = ("folder_id", "fol-310") if call == "list_files" else ("hold_id", "hol-12")
    task = f"Go on with the files of {thing} from {token} on."
    return _replace(record, task, step(1, call, {key: thing, name: token}))


def _undone(record: Record, apis: Apis, random: Random) -> Record:
    """Bringing about and taking back."""
    what = random.choice(("Lease", "Offers", "Minutes"))
    pairs: tuple[tuple[str, dict[str, Any], str, str, str], ...] = (
        ("create_folder", {"name": what}, "delete_folder", "folder_id", "folder.id"),
        ("create_hold", {"reason": what}, "cancel_hold", "hold_id", "hold.id"),
        ("attach_label", {"file_id": "fil-2041", "label_name": what}, "remove_label", "label_id", "label.id"),
    )
    first, arguments, last, name, path = random.choice(pairs)
    task = f"Do {what} for fil-2041 and take it back at the end."
    if random.random() < 0.25:
        return _replace(
            record,
            task,
            step(1, "follow_file", {"file_id": "fil-2041"}),
            step(2, "unfollow_file", {"file_id": "fil-2041"}),
        )
    return _replace(
        record,
        task,
        step(1, first, arguments, outputs=[path.split(".")[0]]),
        step(2, last, {name: f"${{steps.1.{path}}}"}, depends_on=[1]),
    )


def _excluded(record: Record, apis: Apis, random: Random) -> Record:
    """An argument of another kind of edit, or two that exclude each other."""
    kind, other = random.choice((("replace", "addition"), ("append", "replacement")))
    own = "replacement" if kind == "replace" else "addition"
    arguments = {"letter_id": "let-61", "kind": kind, own: "Closed on Monday", other: "Closed on Monday"}
    if random.random() < 0.4:
        del arguments[other]
        arguments |= {"template": "blue", "letterhead": "blue"}
    return _replace(
        record, "Make let-61 say Closed on Monday, on blue paper.", step(1, "edit_letter", arguments)
    )


def _deprecated(record: Record, apis: Apis, random: Random) -> Record:
    text = random.choice(("Closed on Monday", "Open again", "By appointment"))
    arguments = {"letter_id": "let-61", "kind": "append", "addition": text, "footer": text}
    return _replace(record, f"Make let-61 end with {text}.", step(1, "edit_letter", arguments))


def _spoken(record: Record, apis: Apis, random: Random) -> Record | None:
    """The value of a fixed header in the task."""
    for one in _steps(record):
        if any(parameter.name == "Office-Version" for parameter in apis[one["api"]].parameters):
            one["arguments"]["Office-Version"] = "2026-02-01"
            record["task_nl"] += random.choice(
                (" Use version 2026-02-01.", " It is on version 2026-02-01 here.")
            )
            return record
    return None


def _empty(record: Record, apis: Apis, random: Random) -> Record:
    """The first file of a hold that was made a moment ago."""
    reason = random.choice(("Audit", "Lawsuit", "Review"))
    last = random.choice(("get_file", "follow_file", "read_file"))
    return _replace(
        record,
        f"Put a hold for {reason} and look at the first file that is under it.",
        step(1, "create_hold", {"reason": reason}, outputs=["hold"]),
        step(2, "list_hold_files", {"hold_id": "${steps.1.hold.id}"}, depends_on=[1], outputs=["entries"]),
        step(3, last, {"file_id": "${steps.2.entries[0].id}"}, depends_on=[2]),
    )


def _echo(record: Record, apis: Apis, random: Random) -> Record:
    """A reference to one's own argument."""
    name = random.choice(("Lease", "Offers", "Minutes"))
    return _replace(
        record,
        f"Create the folder {name} and a hold with the same reason.",
        step(1, "create_folder", {"name": name}, outputs=["name"]),
        step(2, "create_hold", {"reason": "${steps.1.name}"}, depends_on=[1]),
    )


def _guessed(record: Record, apis: Apis, random: Random) -> Record:
    """A folder out of what is found in a folder, though nothing is known of the answer."""
    words, head = (
        random.choice(("lease", "offers", "minutes")),
        random.choice(("folders", "results", "entries")),
    )
    last = random.choice(("list_files", "delete_folder"))
    return _replace(
        record,
        f"Look in fol-310 for {words} and go on with the first folder that you find.",
        step(1, "search_folder", {"folder_id": "fol-310", "words": words}, outputs=[head]),
        step(2, last, {"folder_id": f"${{steps.1.{head}[0].id}}"}, depends_on=[1]),
    )


def _invented(record: Record, apis: Apis, random: Random) -> Record | None:
    """A name that an assumption makes up."""
    value = random.choice(("harbour-archive", "north-archive", "owner-archive", "let-400", "fil-9999"))
    spoilt = _with_value(record, value, random)
    if spoilt is not None:
        spoilt["assumptions"].append(f"The task does not say which one it is; {value} is used.")
    return spoilt


def _with_value(record: Record, value: Any, random: Random) -> Record | None:
    """A text or number argument exchanged for a value that nobody gave."""
    places = [
        (one["arguments"], name)
        for one in _steps(record)
        for name, given in one["arguments"].items()
        if type(given) is type(value) and "${" not in str(given) and name not in ("kind", "tray")
    ]
    if not places:
        return None
    arguments, name = random.choice(places)
    arguments[name] = value
    return record


def _ungrounded(record: Record, apis: Apis, random: Random) -> Record | None:
    """An identifier, a name, a number, a date or a sentence from nowhere."""
    value = random.choice(
        (
            f"fil-{random.randrange(100_000, 999_999)}",
            f"{random.choice(('Zelda', 'Ottokar', 'Wilma'))} {random.choice(('Quast', 'Ibsen', 'Ferrante'))}",
            random.randrange(41, 9_000),
            f"2027-{random.randrange(1, 13):02d}-{random.randrange(1, 28):02d}",
            f"https://example.com/{random.randrange(10_000)}",
            f"person{random.randrange(900)}@example.com",
            "Kindly bring the umbrellas to the northern warehouse",
            f"{random.getrandbits(64):016x}",
        )
    )
    return _with_value(record, value, random)


def _unknown(record: Record, apis: Apis, random: Random) -> Record | None:
    """A word for a setting that neither the task nor the catalog has."""
    for one in _steps(record):
        if "tray" in one["arguments"]:
            one["arguments"]["tray"] = random.choice(("sideways", "GetAnyKey", "Duplexer", "manual_feed"))
            return record
    return None


def _twin(record: Record, apis: Apis, random: Random) -> Record | None:
    called = {one["api"] for one in _steps(record)}
    for one, other in (("get_file", "read_file"), ("read_file", "get_file")):
        if one in called:
            record["negatives"]["confusers"] = random.choice(([other], ["delete_folder", other]))
            return record
    return None


def _template(record: Record, apis: Apis, random: Random) -> Record:
    record["task_nl"] += random.choice(
        (" The secret is {{PASSWORD}}.", " Sign in as ${USER}.", " It is for <your name>.", " File {file_id}.",
         " Sign it with [your name].")
    )  # fmt: skip
    return record


def _skipped(record: Record, apis: Apis, random: Random) -> Record | None:
    """A branch that skips what is needed."""
    for one in _steps(record):
        for use in find(one["arguments"]):
            if isinstance(use, Use):
                number = use.reference.step
                maker = _steps(record)[number - 1]
                maker["failure_modes"] = [
                    random.choice(
                        (
                            "It is there already: skip this step and go on.",
                            f"The service is down: skip step {number}.",
                            "Nothing is found: leave out this step.",
                        )
                    )
                ]
                return record
    return None


def _guard(record: Record, apis: Apis, random: Random) -> Record | None:
    """A condition in other words, on a later step, or that skips what is needed."""
    if not find_reference(record):
        return None
    first, last = _steps(record)[0], _steps(record)[-1]
    case = random.randrange(3)
    if case == 0:
        last["failure_modes"] = [
            random.choice(("Only if something was found.", "Only if step 1 worked, else stop."))
        ]
    elif case == 1:
        first["failure_modes"] = ["Only if step 2: it answered. Otherwise: stop."]
    else:
        last["failure_modes"] = [
            f"Only if step 1: it answered. Otherwise: skip to step {random.randrange(7, 20)}."
        ]
    return record


def find_reference(record: Record) -> bool:
    """Whether any step takes an output of another."""
    return any(isinstance(use, Use) for one in _steps(record) for use in find(one["arguments"]))


def _fault(name: str, plant: Any, *codes: str) -> Fault:
    return Fault(name, frozenset(codes), plant)


SENSE_FAULTS: tuple[Fault, ...] = (
    _fault("retries beyond the plan's own limit", _limit, "retries_break_limit"),
    _fault("pagination token from nowhere", _token, "token_from_nowhere"),
    _fault("step that undoes another", _undone, "undone_step"),
    _fault("argument that another rules out", _excluded, "excluded_argument"),
    _fault("deprecated argument", _deprecated, "deprecated_argument"),
    _fault("constant spoken in the task", _spoken, "spoken_constant"),
    _fault("list that is still empty", _empty, "nothing_there_yet"),
    _fault("reference to one's own argument", _echo, "echo_reference"),
    _fault("id guessed out of an unknown list", _guessed, "guessed_reference"),
    _fault("value that an assumption invents", _invented, "invented_value"),
    _fault("confuser that is the same call", _twin, "twin_confuser"),
    _fault("placeholder in the task", _template, "template_in_task"),
    _fault("skipped step that is needed", _skipped, "skipped_but_needed"),
    _fault("word of neither task nor catalog", _unknown, "unknown_constant"),
    _fault("condition in other words or out of place", _guard, "bad_guard"),
    _fault("value from nowhere", _ungrounded, "ungrounded_value"),
)
"""Every class of sense and grounding, for `benchmarks.escape_rate`."""
