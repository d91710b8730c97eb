"""What the next call of an index sends, after what came back so far; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.dataset.outcome import FAULTS, Attempt
from shared.teacher.begun import ECHOED_CHARACTERS
from shared.teacher.prompt import repair_message

LONGER = 2
"""An answer that broke off is asked for again with this many times the tokens."""
MOST_TIME_OUTS = 3
"""After so many calls that were not answered in time, an index is given up."""
_ASKED_ANEW = 1
_UNSAID = frozenset({*FAULTS, "timed_out", "judge_unreadable"})
"""Results that leave nothing to say in a correction."""
_UNKNOWN = frozenset({"earlier", "interrupted", "unjudged"})


@dataclass(slots=True)
class Conversation:
    """What is sent: the fixed messages, then a repair turn if there is one; and the answer's bound.

    Attributes:
        base: the fixed messages.
        repair: the answer before, and what is wrong with it; empty where there is nothing to say.
        longer_answers: how often an answer that broke off may be given twice the room.
    """

    base: tuple[dict[str, Any], ...]
    max_completion_tokens: int
    longer_answers: int
    repair: tuple[dict[str, Any], ...] = ()
    made_longer: int = 0
    time_outs: int = 0
    asked_anew: dict[str, int] = field(default_factory=dict)

    def after(self, attempt: Attempt, text: str) -> bool:
        """Take in an attempt that was not good, and its words; False if asking again is no use.

        | result | what is sent next |
        |---|---|
        | `length`, JSON that breaks off | the same with twice the room, `longer_answers` times |
        | `refusal`, `content_filter` | the same, once |
        | a fault of the answer, an unreadable verdict | the same |
        | `timed_out` | the same, three calls together |
        | anything else | the answer, and what is wrong with it |
        """
        result = attempt.result
        if result in _UNKNOWN:
            return True
        self.repair = ()
        if result == "length" or any(error["code"] == "truncated_json" for error in attempt.errors):
            self.made_longer += 1
            self.max_completion_tokens *= LONGER
            return self.made_longer <= self.longer_answers
        if result in ("refusal", "content_filter"):
            self.asked_anew[result] = self.asked_anew.get(result, 0) + 1
            return self.asked_anew[result] <= _ASKED_ANEW
        if result == "timed_out":
            self.time_outs += 1
            return self.time_outs < MOST_TIME_OUTS
        if result not in _UNSAID and text:
            self.repair = (
                {"role": "assistant", "content": text[:ECHOED_CHARACTERS]},
                {"role": "user", "content": repair_message(attempt.errors)},
            )
        return True
