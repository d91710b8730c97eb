"""Checks the words of a record: the task's length and tone, its confusers, credentials and personal data anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from shared.plan.case import Case
from shared.plan.codes import Finding, finding
from shared.scrub.find import find_secrets
from shared.scrub.personal import find_personal

MIN_WORDS = 3
MIN_WEIGHT = 12
MAX_CHARACTERS = 3000
"""A task has at least three words or 20 characters, and 12 characters in any case (an ideograph counts for 3);
a request of more than 3,000 characters is a document."""
_ENOUGH_WITHOUT_WORDS = 20
_IDEOGRAPHS = 0x2E80

_TOKEN = re.compile(r"[A-Za-z0-9_.\-]{4,64}")
_TEMPLATE = re.compile(
    r"\{\{.*?(?:\}\}|$)|\$\{[^}]*\}?|\{[A-Za-z]\w*\}|<[A-Za-z]+(?:[_ -][A-Za-z]+)+>|\[(?:your|insert|enter)\b[^\]]*\]",
    re.IGNORECASE,
)
_REQUEST_LINE = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(?:https?://|/)\S*")
_HARMLESS = re.compile(
    r"\$\{steps\.[^}]*\}|\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"
    r"|\b\d{4}-\d\d-\d\dT[\d:.]+Z?|[\w.+-]{1,64}@example\.(?:com|org|net)\b"
)
# What may hold a credential: a long word that is not all small letters, or words that announce one.
_LONG_WORD = re.compile(r"[^\s,\"'<>]{16,}")
_SIGN = re.compile(r"[:=]")
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|key|auth|cred|cookie|sig|sas|jwt|otp|cvv|cvc|pin|assertion|conn|bearer|code",
    re.IGNORECASE,
)
_NAME_LENGTH = 48
_HERALDS = ("bearer", "basic ", "token", "apikey", "private key", "</")
_TELLING = re.compile(r"[\dA-Z=@]")
_GIVEN = frozenset({"api", "outputs", "confusers", "task_id", "created_at", "generator_model"})
_PERSONAL = {"email": "e-mail address", "phone": "phone number", "card": "card number"}


def task_findings(task: str, ids: frozenset[str]) -> Iterator[Finding]:
    """What is wrong with the task's length and words; `ids` are those of `api_ids`."""
    weight = sum(3 if ord(ch) >= _IDEOGRAPHS else 1 for ch in task.strip()[:_ENOUGH_WITHOUT_WORDS])
    words = task.split(maxsplit=MIN_WORDS)
    if weight < MIN_WEIGHT or (len(words) < MIN_WORDS and weight < _ENOUGH_WITHOUT_WORDS):
        yield finding("task_too_short", "say in a sentence what the user wants done", path="task_nl")
    if len(task) > MAX_CHARACTERS:
        message = f"the task has {len(task)} characters; keep it under {MAX_CHARACTERS}"
        yield finding("task_too_long", message, path="task_nl")
    named = [
        token for token in _TOKEN.findall(task) if token.strip(".-_").lower() in ids or token.lower() in ids
    ]
    named += _REQUEST_LINE.findall(task)
    if named:
        message = f"the task says '{named[0]}'; say what the user wants in plain words, without API names"
        yield finding("task_names_api", message, path="task_nl")


def wording_findings(case: Case) -> Iterator[Finding]:
    """What is wrong with the task beside its plan, and with the confusers."""
    yield from template_in_task(case)
    yield from twin_confuser(case)
    yield from spoken_constant(case)


def template_in_task(case: Case) -> Iterator[Finding]:
    """A placeholder in the task: people say the value or that it is filled in at run time.

    A text with gaps that the plan hands over as it stands ("store the brief 'Dear {name}, …'") is no placeholder.
    """
    for match in _TEMPLATE.finditer(case.task):
        if any(match[0] in text and text.strip() != match[0] for text in _texts_of_steps(case)):
            continue
        message = f"the task holds the placeholder {match[0]}; say the value, or leave it out"
        yield finding("template_in_task", message, path="task_nl")
        return


def _texts_of_steps(case: Case) -> Iterator[str]:
    """The texts that the steps hold, but not headers that only begin with a word."""
    for literal in case.literals:
        if isinstance(literal.value, str) and literal.place.parameter.location != "header":
            yield literal.value


def twin_confuser(case: Case) -> Iterator[Finding]:
    """A "wrong" API with method, path, parameters, schemas and examples of one that is called."""
    called = dict.fromkeys(step["api"] for step in case.steps)
    for position, name in enumerate(case.confusers):
        twin = next((api for api in called if case.words.same_call(name, api)), None)
        if twin is not None:
            message = f"'{name}' makes the same request as '{twin}', so it is not wrong: name another"
            yield finding("twin_confuser", message, path=f"negatives.confusers[{position}]")


def spoken_constant(case: Case) -> Iterator[Finding]:
    """The task says the value of an optional header that the catalog itself gives: nobody says "as XMLHttpRequest"."""
    for literal in case.literals:
        value, parameter = literal.value, literal.place.parameter
        if (
            parameter.location != "header"
            or parameter.required
            or not isinstance(value, str)
            or len(value) < 4
        ):
            continue
        if value in literal.place.documented and value.lower() in case.task.lower():
            message = f"the task says {value}, which is a constant of the catalog: leave it out of the task"
            yield finding("spoken_constant", message, step=literal.position + 1, path="task_nl")
            return


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a JSON value with its path, keys of objects left out."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from texts(child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from texts(child, f"{path}[{position}]")


def _strings(value: Any) -> list[str]:
    """Every string in a JSON value but names that the catalog or the pipeline gives."""
    found: list[str] = []
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, dict):
            stack.extend(child for name, child in node.items() if name not in _GIVEN)
        elif isinstance(node, list):
            stack.extend(node)
    return found


def _notable(text: str) -> Iterator[str]:
    """The parts of a text that can hold a credential: few and short in ordinary prose."""
    for line in text.split("\n"):
        if _is_announced(line):
            yield line
        else:
            yield from (word for word in _LONG_WORD.findall(line) if _TELLING.search(word))


def _is_announced(line: str) -> bool:
    """Whether a name for a credential stands before a `:` or `=`, or a word that a credential follows."""
    low = line.lower()
    return any(word in low for word in _HERALDS) or any(
        _SECRET_NAME.search(line, max(0, sign.start() - _NAME_LENGTH), sign.start())
        for sign in _SIGN.finditer(line)
    )


def private_findings(value: Any, allowed: Iterable[str] = ()) -> Iterator[Finding]:
    """Credentials and personal data in any string of `value`; texts in `allowed` are the catalog's own values."""
    # One search over everything first: nearly all records are clean, and references and ids only look random.
    plain = _HARMLESS.sub("", "\n".join(_strings(value)))
    notable = "\n".join(_notable(plain))
    secrets = bool(notable and find_secrets(notable))
    personal = bool(find_personal(plain))
    if not secrets and not personal:
        return
    known = frozenset(allowed)
    for path, text in texts(value):
        if text in known:
            continue
        kinds = find_secrets(_HARMLESS.sub("", text)) if secrets else []
        if kinds:
            named = ", ".join(kinds).replace("_", " ")
            message = f"this looks like a credential ({named}); leave it out or use a plain word"
            yield finding("secret", message, path=path)
        for kind in find_personal(text) if personal else ():
            message = f"this may be a real {_PERSONAL[kind]}; use one at example.com, or +1 202-555-01xx"
            yield finding("personal_data", message, path=path)
