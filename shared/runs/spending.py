"""Keeps runs within their budgets: what all processes have spent, read from the logs, and what is in flight here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared import names
from shared.dataset.outcome import Attempt, Counted, Outcome
from shared.ports.clock import Clock
from shared.ports.storage import BlobStore, RecordLog
from shared.runs import paths
from shared.runs.budget import SHORTEST_LOOK_S, Budget, look_again_s, record_tokens
from shared.runs.context import RunContext
from shared.runs.tail import Tail
from shared.tokens import Tokens

_REMEMBERED_RUNS = 8
_UNSEEN_SHARE_OF_REST = 0.125
"""Once a process has spent this share of what is left since its last look, others may have, too."""
_SHARE_OF_REST = 0.25
"""A process has at most this share of what is left in flight, beyond one record: others, which it cannot see before
their records end, have as much. So a budget is kept even where few records use it up."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens of records that were asked for, and how many those are."""

    tokens: Tokens = Tokens()
    records: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.tokens + other.tokens, self.records + other.records)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.tokens - other.tokens, self.records - other.records)


@dataclass
class Account:
    """One run's spending as this process knows it.

    Attributes:
        budget: the run's bounds.
        expected: what one record probably costs, believed until the first one is done.
        known: what the logs held when they were read last.
        unseen: what this process has appended since.
        owed: what calls cost whose index went back to the queue, by index; its outcome will tell it again.
        in_flight: records that this process works on.
        model: the model that answers, as it names itself; "" before the first answer.
    """

    budget: Budget
    expected: Tokens
    known: Spent = field(default_factory=Spent)
    unseen: Spent = field(default_factory=Spent)
    owed: dict[int, Tokens] = field(default_factory=dict)
    in_flight: int = 0
    model: str = ""
    _read_at: float | None = None
    _used_a_second: float = 0.0
    _tails: dict[str, Tail[Counted]] = field(default_factory=dict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _freed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def _used_share(self, tokens: Tokens) -> float:
        return self.budget.used_share(tokens, self.model)

    def fits_one_more(self) -> bool:
        """Whether one more record fits beside what is spent and what is in flight, here and probably elsewhere.

        Before a price is known there is room for one; none if the model that answers has no price.
        """
        if self.budget.lacks_price(self.model):
            return not self.model and self.in_flight == 0
        spent = self.known + self.unseen
        coming = self.in_flight + 1
        one, done = (spent.tokens, spent.records) if spent.records else (self.expected, 1)
        reserved = one.scaled(coming, done)
        rest = 1.0 - self._used_share(sum(self.owed.values(), spent.tokens))
        return self._used_share(reserved) <= (rest if coming == 1 else rest * _SHARE_OF_REST)

    async def wait_for_end(self) -> None:
        """Wait until a record that this process works on has ended."""
        async with self._freed:
            await self._freed.wait()

    async def end(self) -> None:
        """A record that this process worked on has ended."""
        self.in_flight -= 1
        async with self._freed:
            self._freed.notify_all()

    def is_stale(self, now: float) -> bool:
        """Whether other processes may have spent too much since the last look."""
        if self._read_at is None:
            return True
        passed_s = now - self._read_at
        if passed_s <= SHORTEST_LOOK_S:
            return False
        share = self._used_share((self.known + self.unseen).tokens)
        unseen = self._used_share(self.unseen.tokens)
        if unseen > (1.0 - share) * _UNSEEN_SHARE_OF_REST:
            return True
        # The run may be much faster by now than it was at the last look.
        return passed_s > look_again_s(share, max(self._used_a_second, unseen / passed_s))

    async def look(self, run: str, store: BlobStore, log: RecordLog, clock: Clock) -> None:
        """Read what was appended since the last look: one listing, and the new bytes of the logs that grew."""
        async with self._reading:
            now = clock.now().timestamp()
            if not self.is_stale(now):
                return
            before, own = self.known, self.unseen
            async for info in store.list(names.RUNS, paths.logs(run)):
                tail = self._tails.setdefault(info.path, Tail(info.path, Counted, self._count))
                if info.size > tail.offset:
                    await tail.read_on(log)
            # What was appended before this look began is in the logs now.
            self.unseen -= own
            if self._read_at is not None and now > self._read_at:
                used = self._used_share((self.known - before).tokens)
                self._used_a_second = used / (now - self._read_at)
            self._read_at = now

    def _count(self, outcome: Counted) -> None:
        self.known += _spent(outcome.tokens)
        self.model = outcome.model or self.model


def _spent(tokens: Tokens) -> Spent:
    """One record's calls; a record that was never asked for does not count as one."""
    return Spent(tokens, 1 if tokens.total else 0)


class Spending:
    """The accounts of the runs that have a budget; a run without one costs nothing here."""

    def __init__(self, store: BlobStore, log: RecordLog, clock: Clock) -> None:
        self._store, self._log, self._clock = store, log, clock
        self._accounts: dict[str, Account | None] = {}

    @asynccontextmanager
    async def room(
        self, context: RunContext, wanted: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[Reservation | None]:
        """Reservation for one record of a run with a budget; None if it has none left, or it is not `wanted`.

        What is in flight is reserved at what a record costs on the average. Where only that leaves no room, one
        that ends may give some back, so its end is waited for.
        """
        account = self._account(context)
        assert account is not None, "only a run with a budget needs room"
        run = context.spec.run_id
        while await wanted():
            if account.is_stale(self._clock.now().timestamp()):
                await account.look(run, self._store, self._log, self._clock)
            if account.fits_one_more():
                account.in_flight += 1
                try:
                    yield Reservation(account)
                finally:
                    await account.end()
                return
            if account.in_flight == 0:
                break
            await account.wait_for_end()
        yield None

    def priceless(self, context: RunContext) -> str:
        """The model that answers a run bounded in dollars and has no known price; "" if there is no such model."""
        account = self._account(context)
        lacking = account is not None and account.model and account.budget.lacks_price(account.model)
        return account.model if account is not None and lacking else ""

    def _account(self, context: RunContext) -> Account | None:
        run = context.spec.run_id
        if run not in self._accounts:
            budget = context.budget
            self._accounts[run] = Account(budget, record_tokens(context.catalog)) if budget else None
            self._forget_idle_but(run)
        return self._accounts[run]

    def _forget_idle_but(self, run: str) -> None:
        """Keep memory bounded; an account with records in flight would forget what it has reserved."""
        idle = [known for known, account in self._accounts.items() if not (account and account.in_flight)]
        for known in idle[: max(0, len(self._accounts) - _REMEMBERED_RUNS)]:
            if known != run:
                del self._accounts[known]


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room for one record in an account, for as long as the record is worked on."""

    account: Account

    def spent(self, outcome: Outcome) -> None:
        """The record's outcome was appended to its log."""
        self.account.owed.pop(outcome.index, None)
        self.account.unseen += _spent(outcome.tokens)
        self.account.model = outcome.model or self.account.model

    def owes(self, index: int, attempts: Iterable[Attempt]) -> None:
        """The record went back to the queue; its calls so far are paid."""
        self.account.owed[index] = sum((attempt.tokens for attempt in attempts), Tokens())
