"""What all messages have in common: a body, what its bytes say, and whether they keep the published contract."""

from __future__ import annotations

import base64
import binascii
import codecs
from contextlib import suppress
from functools import cache
from typing import Any, ClassVar, Self

import msgspec
import orjson
from msgspec import Struct

from shared.contracts import schema
from shared.errors import BadRequestError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Message(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message of one queue, whose JSON Schema in `shared/contracts` has the queue's name.

    Attributes:
        repeated: it was delivered before, and that delivery may have died half-way. Never sent.
    """

    queue: ClassVar[str]
    repeated: bool = False

    def encode(self) -> bytes:
        """The body to send: plain UTF-8 JSON, without what is as it mostly is."""
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, body: bytes | str, *, repeated: bool = False) -> Self:
        """The message in `body`, of this version or another. BadRequestError says what is accepted."""
        data = read(cls.queue, body)
        data["repeated"] = repeated
        try:
            return msgspec.convert(data, cls)
        except msgspec.ValidationError as exc:
            raise BadRequestError(f"{cls.queue}: {exc}", code="bad_message") from exc


def decode(body: bytes | str) -> dict[str, Any]:
    """The JSON object in a message body, plain or base64, with or without a byte order mark.

    BadRequestError `not_json` or `not_an_object`.
    """
    raw = body.encode() if isinstance(body, str) else body
    for part in (_unmarked(raw), _from_base64(raw)):
        try:
            value = orjson.loads(part) if part is not None else None
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict):
            return value
        if value is not None:
            raise BadRequestError("a message must be a JSON object", code="not_an_object")
    raise BadRequestError("a message must be a JSON object, as UTF-8 text or base64 of it", code="not_json")


def read(contract: str, body: bytes | str) -> dict[str, Any]:
    """The object in a message body that keeps its contract.

    BadRequestError `not_json`, `not_an_object` or `bad_message`.
    """
    data = decode(body)
    check(contract, data)
    return data


def text(body: bytes) -> str:
    """A message body as a person reads it: base64 of text decoded, what is no text with its bytes in hex."""
    for raw in (_from_base64(body), _unmarked(body)):
        try:
            found = raw.decode() if raw is not None else ""
        except UnicodeDecodeError:
            continue
        if found and all(sign.isprintable() or sign.isspace() for sign in found):
            return found
    return _unmarked(body).decode(errors="backslashreplace")


def _from_base64(raw: bytes) -> bytes | None:
    try:
        return _unmarked(base64.b64decode(_unmarked(raw).strip(), validate=True)) or None
    except (binascii.Error, ValueError):
        return None


def _unmarked(raw: bytes) -> bytes:
    """Without a byte order mark; UTF-16 with one is read as what it says."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            with suppress(UnicodeDecodeError):
                return raw.decode(encoding).removeprefix("\ufeff").encode()
    return raw


@cache
def _validator(contract: str) -> Any:
    from jsonschema_rs import validator_for

    return validator_for(schema(contract))


def check(contract: str, data: dict[str, Any]) -> None:
    """Raises BadRequestError `bad_message` for a body that does not keep its contract."""
    try:
        error = next(iter(_validator(contract).iter_errors(data)), None)
    except ValueError as exc:  # the validator's own bound of nesting, 255 levels
        raise BadRequestError(f"{contract}: the message is nested too deeply", code="bad_message") from exc
    if error is not None:
        where = "/".join(map(str, error.instance_path)) or "the message"
        raise BadRequestError(
            f"{contract}: {where[:100]}: {error.message[:300]}; see the contract {contract}.schema.json",
            code="bad_message",
        )
