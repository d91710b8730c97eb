"""Messages that no step can act on, made from the contracts' examples; the same for the same seed."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import orjson

from shared import names
from shared.contracts import schema
from testing.chaos.stack import CATALOG_BLOB

_HUGE = 40_000
_DEEP = 5_000
_METADATA = (
    "id",
    "dequeueCount",
    "expirationTime",
    "insertionTime",
    "nextVisibleTime",
    "popReceipt",
    "queueTrigger",
    "DequeueCount",
)
_TRICKS = (
    "../runs/x",
    "..",
    "catalogs/../runs/x.json",
    "catalogs//x.json",
    "catalogs/./x.json",
    "catalogs/..\\..\\x",
    "catalogs/%2e%2e/x",
    "catalogs/" + "a/" * 300,
    "catalogs/x\u0000.json",
    "catalogs/\u202egnp.json",
    "catalogs/ ",
    "/etc/passwd",
    "https://example.com/x.json",
    "catalogs/" + "x" * 1100,
    "_open/hub-0123456789",
    "hub-0123456789/../x",
)
_ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    1e308,
    10**18,
    2**31,
    "",
    " ",
    "0",
    "x" * 300,
    [],
    [[]],
    {},
    {"a": {"b": None}},
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
)


class BadMessages:
    """Draws them; `run` is a run that exists and must not be harmed."""

    def __init__(self, seed: int, *, run: str) -> None:
        self._random = random.Random(seed)
        self._run = run
        self._makers: tuple[Callable[[str, dict[str, Any]], str], ...] = (
            self._no_json,
            self._not_an_object,
            self._wrong_type,
            self._missing,
            self._extra,
            self._huge,
            self._deep,
            self._encoded,
            self._metadata,
            self._unknown_run,
            self._out_of_range,
            self._path_trick,
        )

    def draw(self, count: int) -> Iterator[tuple[str, str]]:
        """`count` pairs of queue and body, every kind on every queue in turn; no two bodies alike."""
        queues = (*names.WORK_QUEUES, *names.POISON_QUEUES)
        for number in range(count):
            queue = queues[number % len(queues)]
            make = self._makers[number // len(queues) % len(self._makers)]
            yield queue, make(queue.removesuffix("-poison"), self._example(queue.removesuffix("-poison")))

    def _example(self, queue: str) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(orjson.dumps(schema(queue)["examples"][0]))
        if "run_id" in found:
            found["run_id"] = self._run
        if "catalog" in found:
            found |= {"catalog": CATALOG_BLOB, "request_key": self._word()}
        return found

    def _word(self) -> str:
        return f"{self._random.getrandbits(64):016x}"

    def _no_json(self, queue: str, body: dict[str, Any]) -> str:
        text = orjson.dumps(body).decode()
        forms = (
            f"{text[: self._random.randrange(1, len(text) - 1)]}",
            f"hello {self._word()}",
            f"{text}{self._word()}",
            text.replace('"', "'") + self._word(),
            f"<xml>{self._word()}</xml>",
            f"\ufeff{text}{self._word()}",  # a mark before what is whole is read
            f"{{'a': {self._word()}}}",
        )
        return self._random.choice(forms)

    def _not_an_object(self, queue: str, body: dict[str, Any]) -> str:
        word = self._word()
        return self._random.choice(
            (f'["{word}"]', f'"{word}"', str(self._random.getrandbits(50)), f'[{{"run_id": "{word}"}}]')
        )

    def _wrong_type(self, queue: str, body: dict[str, Any]) -> str:
        key = self._random.choice(
            [key for key in body if key not in ("options", "data", "time", "request_key")]
        )
        odd = self._random.choice(
            [odd for odd in _ODD if type(odd) is not type(body[key]) or odd == "" or odd == -1]
        )
        return orjson.dumps({**body, key: odd, "x" + self._word(): 1}).decode()

    def _missing(self, queue: str, body: dict[str, Any]) -> str:
        required = schema(queue).get("required") or list(body)
        del body[self._random.choice([key for key in required if key in body])]
        return orjson.dumps({**body, "y" + self._word(): 0}).decode()

    def _extra(self, queue: str, body: dict[str, Any]) -> str:
        return orjson.dumps(
            {**self._lacking(queue, body), **self._unusable(queue), self._word(): self._random.choice(_ODD)}
        ).decode()

    def _lacking(self, queue: str, body: dict[str, Any]) -> dict[str, Any]:
        """The body; of our own messages without what it needs, as fields that they do not know do no harm."""
        if queue in (names.RUN_REQUESTS, names.CATALOG_EVENTS):
            return body
        lost = self._random.choice([key for key in schema(queue)["required"] if key in body])
        return {key: value for key, value in body.items() if key != lost}

    def _unusable(self, queue: str) -> dict[str, Any]:
        """Makes an event one of something else, as an event may have fields of its own."""
        return {"type": "Some.Other", "eventType": "Some.Other"} if queue == names.CATALOG_EVENTS else {}

    def _huge(self, queue: str, body: dict[str, Any]) -> str:
        key = self._random.choice(list(body))
        return orjson.dumps({**body, **self._unusable(queue), key: self._word() * (_HUGE // 16)}).decode()

    def _deep(self, queue: str, body: dict[str, Any]) -> str:
        depth = self._random.randrange(200, _DEEP)
        inner = "[" * depth + self._word().join('""') + "]" * depth
        return f'{{"run_id": {inner}, "segment": {inner}, "options": {inner}}}'[:60_000]

    def _encoded(self, queue: str, body: dict[str, Any]) -> str:
        text = orjson.dumps({**body, self._word(): 1}).decode()
        forms = (
            base64.b64encode(
                text.encode("utf-16-be")
            ).decode(),  # without the mark that would make it readable
            base64.b64encode(self._random.randbytes(60)).decode(),
            base64.b64encode(base64.b64encode(text.encode())).decode(),
            base64.b64encode(text.encode())[:-3].decode(),
            text.encode().hex(),
            '{"run_id": "\\ud800' + self._word() + '"}',
            '{"run_id": "\\u0000' + self._word() + '"}',
        )
        return self._random.choice(forms)

    def _metadata(self, queue: str, body: dict[str, Any]) -> str:
        values = ("many", "-1", {}, {"a": 1}, "yesterday", "2026-13-45T99:99:99Z", self._word(), 1e300, True)
        over = {key: self._random.choice(values) for key in self._random.sample(_METADATA, 2)}
        lacking = self._lacking(queue, body)
        return orjson.dumps({**lacking, **self._unusable(queue), **over, "z" + self._word(): 1}).decode()

    def _unknown_run(self, queue: str, body: dict[str, Any]) -> str:
        if "run_id" not in body:
            return self._path_trick(queue, body)
        return orjson.dumps({**body, "run_id": f"hub-{self._word()[:10]}"}).decode()

    def _out_of_range(self, queue: str, body: dict[str, Any]) -> str:
        if "segment" not in body:
            return self._extra(queue, body)
        far = self._random.randrange(300, 49_999)
        return orjson.dumps({**body, "segment": far, **({"index": far} if "index" in body else {})}).decode()

    def _path_trick(self, queue: str, body: dict[str, Any]) -> str:
        trick = self._random.choice(_TRICKS)
        if "run_id" in body:
            return orjson.dumps({**body, "run_id": trick, "w" + self._word(): 1}).decode()
        if queue == names.CATALOG_EVENTS:
            blob = f"{trick}/{self._word()}"
            subject = f"/blobServices/default/containers/catalogs/blobs/{blob}"
            address = {"api": "PutBlob", "url": f"https://st.blob.core.windows.net/catalogs/{quote(blob)}"}
            return orjson.dumps({**body, "subject": subject, "data": address}).decode()
        return orjson.dumps({**body, "catalog": trick}).decode()
