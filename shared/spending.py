"""Keeps runs within their budgets: what all processes have spent, read from the logs, and what is in flight here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson

from shared import names
from shared.budget import Budget, look_again_s, record_tokens
from shared.dataset.outcome import Outcome, Tokens
from shared.ports import Clock, RecordLog, RunStore
from shared.runs import RunContext

_REMEMBERED_RUNS = 8


@dataclass
class Account:
    """One run's spending as this process knows it.

    Attributes:
        budget: the run's bounds.
        typical: what one record costs, the mean of those read so far.
        known: tokens in the logs when they were read last.
        unseen: tokens of outcomes that this process has appended since.
        in_flight: records that this process works on.
    """

    budget: Budget
    typical: Tokens
    known: Tokens = Tokens()
    unseen: Tokens = Tokens()
    in_flight: int = 0
    _read_at: float = -1e9
    _used_a_second: float = 0.0
    _records: int = 0
    _tails: dict[str, _Tail] = field(default_factory=dict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def has_room(self) -> bool:
        """Whether one more record fits beside what is spent and what is in flight."""
        coming = self.in_flight + 1
        reserved = Tokens(
            self.typical.prompt * coming, self.typical.cached * coming, self.typical.completion * coming
        )
        return self.budget.used_share(self.known + self.unseen + reserved) <= 1.0

    def is_stale(self, now: float) -> bool:
        """Whether other processes may have spent too much since the last look."""
        share = self.budget.used_share(self.known + self.unseen)
        return now - self._read_at > look_again_s(share, self._used_a_second)

    async def look(self, run: str, store: RunStore, log: RecordLog, clock: Clock) -> None:
        """Read what was appended since the last look: one listing, and the new bytes of the logs that grew."""
        async with self._reading:
            started = clock.now().timestamp()
            if not self.is_stale(started):
                return
            before, own = self.known, self.unseen
            async for info in store.list(names.RUNS, f"{run}/log/"):
                tail = self._tails.setdefault(info.path, _Tail())
                if info.size > tail.offset:
                    self._count(tail.read(await log.read(info.path, offset=tail.offset)))
            # What was appended before this look began is in the logs now.
            self.unseen = _less(self.unseen, own)
            passed_s = started - self._read_at
            gained = self.budget.used_share(self.known) - self.budget.used_share(before)
            self._used_a_second = gained / passed_s if 0 < passed_s < 1e8 else 0.0
            self._read_at = started

    def _count(self, found: list[Tokens]) -> None:
        for tokens in found:
            self.known = self.known + tokens
        asked = [tokens for tokens in found if tokens.total]
        if not asked:
            return
        self._records += len(asked)
        self.typical = Tokens(
            self.known.prompt // self._records,
            self.known.cached // self._records,
            self.known.completion // self._records,
        )


@dataclass
class _Tail:
    """How far a log was read."""

    offset: int = 0
    rest: bytes = b""

    def read(self, data: bytes) -> list[Tokens]:
        self.offset += len(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        return [_tokens(line) for line in lines]


def _tokens(line: bytes) -> Tokens:
    attempts = orjson.loads(line)["attempts"]
    return sum((Tokens(**attempt["tokens"]) for attempt in attempts), Tokens())


def _less(one: Tokens, other: Tokens) -> Tokens:
    return Tokens(one.prompt - other.prompt, one.cached - other.cached, one.completion - other.completion)


class Spending:
    """The accounts of the runs that have a budget; a run without one costs nothing here."""

    def __init__(self, store: RunStore, log: RecordLog, clock: Clock) -> None:
        self._store, self._log, self._clock = store, log, clock
        self._accounts: dict[str, Account | None] = {}

    @asynccontextmanager
    async def room(self, context: RunContext) -> AsyncIterator[Room | None]:
        """Room for one record while the context lasts; None if the budget has none left."""
        account = self._account(context)
        if account is None:
            yield Room(None)
            return
        run = context.spec.run_id
        if account.is_stale(self._clock.now().timestamp()):
            await account.look(run, self._store, self._log, self._clock)
        if not account.has_room():
            yield None
            return
        account.in_flight += 1
        try:
            yield Room(account)
        finally:
            account.in_flight -= 1

    def _account(self, context: RunContext) -> Account | None:
        run = context.spec.run_id
        if run not in self._accounts:
            budget = Budget.of(context.spec.options, context.spec.teacher)
            self._accounts[run] = Account(budget, record_tokens(context.catalog)) if budget else None
            if len(self._accounts) > _REMEMBERED_RUNS:
                self._accounts.pop(next(iter(self._accounts)))
        return self._accounts[run]


@dataclass(frozen=True, slots=True)
class Room:
    """A reservation in an account."""

    account: Account | None

    def spent(self, outcome: Outcome) -> None:
        """The record's outcome was appended to its log."""
        if self.account is not None:
            self.account.unseen = self.account.unseen + outcome.tokens
