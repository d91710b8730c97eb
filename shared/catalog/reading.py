"""What the readers of one upload share: limits, diagnostics, and the one way text and values are kept."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import orjson

from shared.catalog.decode.prose import prose, without_html
from shared.catalog.limits import Limits
from shared.catalog.model import Diagnostic, Parameter
from shared.scrub.known import KnownSecrets
from shared.scrub.personal import scrub_path
from shared.scrub.plain import MAX_VALUE_DEPTH, plain
from shared.scrub.text import scrub_shown, scrub_text, scrub_url, scrub_value

_MAX_WHERE = 200
_MAX_NAME = 300
_KEY_BLOCK = "-----BEGIN"
_MAX_KEY = 64 * 1024


class Reading:
    """State of one ingestion. Everything that reaches a catalog passes `text`, `url` or `value`, which scrub."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.refs_left = limits.ref_expansions
        # Operations met so far, those over the limit among them.
        self.operations = 0
        self._notes: dict[tuple[str, str, str], None] = {}
        self._notes_over = 0
        # The operation that is read.
        self.place = ""
        self._counts: dict[str, tuple[str, Counter[str]]] = {}
        self._texts: dict[tuple[int, Callable[[str], str]], dict[str, str]] = defaultdict(dict)
        self._urls: dict[str, str] = {}
        self.secrets = KnownSecrets()
        self._has_secrets = False
        self._scrubbed_values: dict[tuple[str, str, str], Any] = {}
        # Parameters that several operations of an upload have in common, by what they were read from.
        self.shared: dict[Any, tuple[Parameter, ...]] = {}

        # What header lists say, by their content.
        self.headers: dict[str, Any] = {}

    def begin(self, secrets: KnownSecrets) -> None:
        """Start on a document that says of `secrets` that they are credentials; known values stay known."""
        if not secrets and not self.secrets.names:
            return
        self.secrets = KnownSecrets(secrets.names, secrets.values | self.secrets.values, secrets.pairs)
        self._has_secrets = bool(self.secrets)
        if left_out := secrets.left_out + self.secrets.left_out:
            message = (
                f"{left_out} names and values of credentials over the limit are not looked for elsewhere."
            )
            self.note("secret_limit", "", message)
        for kept in (self._texts, self._urls, self._scrubbed_values, self.shared):
            kept.clear()

    def note(self, code: str, where: str, message: str) -> None:
        """Record one diagnostic; the same one twice counts once."""
        key = (code, where, message)
        if key in self._notes:
            return
        if len(self._notes) >= self.limits.diagnostics:
            self._notes_over += 1
            return
        self._notes[key] = None

    def count(self, kind: str, what: str) -> None:
        """Count something at the current place; `counted` gives all of a kind for one diagnostic."""
        if kind not in self._counts:
            self._counts[kind] = self.place, Counter()
        self._counts[kind][1][what] += 1

    def counted(self, kind: str) -> tuple[str, Counter[str]]:
        """The first place of a kind, and what was counted of it since it was last asked for."""
        return self._counts.pop(kind, ("", Counter()))

    def takes_another(self) -> bool:
        """Whether one more operation is to be read; each that is not is counted."""
        self.operations += 1
        return self.operations <= self.limits.operations

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All diagnostics so far, scrubbed, in the order of their recording."""
        found = [
            Diagnostic(code, scrub_path(self.line(where, _MAX_WHERE)), scrub_path(self.line(message, 400)))
            for code, where, message in self._notes
        ]
        if self._notes_over:
            message = f"{self._notes_over} further diagnostics are not listed."
            found.append(Diagnostic("more_diagnostics", "", message))
        return tuple(found)

    def text(self, raw: object, limit: int) -> str:
        """A description as one line of at most `limit` characters, scrubbed; "" if it is no text.

        Of HTML and Markdown stays what they show, which may be nothing.
        """
        if type(raw) is not str:
            raw = raw.get("content") if isinstance(raw, dict) else None
            if not isinstance(raw, str):
                return ""
        if not raw:
            return ""
        return self._shown(raw, limit, prose)

    def line(self, raw: str, limit: int) -> str:
        """`raw`, which is no description, as one line of at most `limit` characters, scrubbed."""
        return self._shown(raw, limit, str)

    def _shown(self, raw: str, limit: int, show: Callable[[str], str]) -> str:
        texts = self._texts[limit, show]
        known = texts.get(raw)
        if known is None:
            known = texts[raw] = _clip(self._scrubbed(raw, limit, show), limit)
        return known

    def _scrubbed(self, raw: str, limit: int, show: Callable[[str], str]) -> str:
        # Scrubbed before it is cut, as half a credential is harder to tell.
        window = _MAX_KEY if _KEY_BLOCK in raw[:limit] else 8 * limit + 64
        if len(raw := raw.strip()) > window:
            raw = f"{raw[:window].rsplit(None, 1)[0]} …"
        # Markup says what belongs together; without it, other words may stand side by side.
        kept = scrub_text(self._without_known(raw))
        shown = show(kept)
        return kept if shown == kept else scrub_text(self._without_known(shown))

    def _without_known(self, text: str) -> str:
        return self.secrets.text(text) if self._has_secrets else text

    def joined(self, head: str, rest: str, limit: int) -> str:
        """Two texts that this has given, the first without its full stop, as one of at most `limit` characters."""
        return _clip(f"{head.rstrip('.')}. {rest}", limit)

    def name(self, raw: object) -> str:
        """A name (request, folder, tag) as one scrubbed line."""
        if type(raw) is not str and isinstance(raw, int | float):
            raw = str(raw)
        if isinstance(raw, dict):
            raw = raw.get("content")
        return self._shown(raw, _MAX_NAME, without_html) if isinstance(raw, str) and raw else ""

    def url(self, raw: str) -> str:
        """A url or path template without credentials."""
        known = self._urls.get(raw)
        if known is None:
            kept = self._without_known(raw[:4096])
            known = self._urls[raw] = _clip(scrub_path(scrub_url(kept)), 1024)
        return known

    def value(self, raw: Any, name: str, location: str) -> Any:
        """An example value fit to be kept: plain JSON, scrubbed; None if missing or too big."""
        if raw is None or raw == "" or raw == [] or raw == {}:
            return None
        if isinstance(raw, str):
            return self.scrubbed(raw, name, location) if len(raw) <= self.limits.example_bytes else None
        if isinstance(raw, float) and not math.isfinite(raw):
            return None
        try:
            encoded = orjson.dumps(raw)
        except TypeError:  # nested too deep, or a number that JSON readers do not take
            raw = plain(raw)
            encoded = orjson.dumps(raw)
        if len(encoded) > self.limits.example_bytes:
            return None
        is_deep = encoded.count(b"[") + encoded.count(b"{") > MAX_VALUE_DEPTH
        return self.scrubbed(plain(raw) if is_deep else raw, name, location)

    def scrubbed(self, value: Any, name: str, location: str) -> Any:
        """`value` (plain JSON) without credentials and personal data; `value` itself where it holds none."""
        if value is None or isinstance(value, str | bool):
            value = self.secrets.value(value, name, location) if self._has_secrets else value
            return scrub_value(value, name=name, location=location)
        encoded = orjson.dumps(value).decode()
        key = (encoded, name, location)
        if key not in self._scrubbed_values:
            if self._has_secrets and (
                self.secrets.names_one(name, location) or self.secrets.concerns(encoded)
            ):
                value = self.secrets.value(value, name, location)
            self._scrubbed_values[key] = scrub_value(value, name=name, location=location)
        return self._scrubbed_values[key]

    def shown(self, value: Any, schema: dict[str, Any], name: str, location: str) -> Any:
        """What of an example (plain JSON) a schema made of it shows, without credentials and personal data."""
        encoded = orjson.dumps(value).decode()
        if len(encoded) <= self.limits.example_bytes:  # which is kept whole, too
            return self.scrubbed(value, name, location)
        if self._has_secrets and (self.secrets.names_one(name, location) or self.secrets.concerns(encoded)):
            value = self.secrets.value(value, name, location)
        return scrub_shown(value, schema, name=name, location=location)


def content_key(value: Any) -> str | None:
    """A text that is equal for equal JSON values only; None for values that cannot be written as JSON."""
    try:
        return orjson.dumps(value).decode()  # the bytes as they come hold 4 KiB each
    except TypeError:
        return None


def _clip(text: str, limit: int) -> str:
    """`text` on one line, cut between words so that nothing is kept of a word that does not fit."""
    if len(text) <= limit and "\n" not in text and "  " not in text and "\t" not in text:
        return text.strip()
    line = " ".join(text[: 4 * limit + 64].split())
    if len(line) <= limit and len(text) <= 4 * limit + 64:
        return line
    head, _, _ = line[: limit - 1].rpartition(" ")
    return head + "…"
