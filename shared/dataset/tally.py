"""What a run's outcomes add up to: counts, reasons, tokens, times and the shares that the card draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.plan.shapes import shape
from shared.tokens import Tokens

_MAX_NAMES = 64
"""Distinct models that are told apart; the rest is counted as `other`."""


class Tally:
    """Running sums over outcomes; every field is a plain count, so the order of outcomes does not matter."""

    def __init__(self) -> None:
        self.planned = 0
        self.accepted = 0
        self.statuses: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()
        self.tokens: dict[str, Tokens] = {}
        self._teachers: set[str] = set()
        self.teacher_ms = 0
        self.deferrals = 0
        self.finished_at = ""
        self.shapes: Counter[str] = Counter()
        self.difficulties: Counter[str] = Counter()
        self.variations: Counter[str] = Counter()
        self.steps: Counter[int] = Counter()
        self.preferences: Counter[str] = Counter()
        """Preference rows by what is wrong with the non-preferred answer; counted as the rows are written."""
        self.base_answers: Counter[str] = Counter()
        """Answers of the base model to accepted tasks, by result."""
        self.judged: Counter[int] = Counter()
        self.judged_by_question: dict[str, Counter[int]] = {}

    def add(self, outcome: Mapping[str, Any], *, status: str, reason: str) -> None:
        """Count an outcome (its plain dict), with the status and reason that publishing gives it."""
        self.planned += 1
        self.statuses[status] += 1
        if status != "accepted":
            self.reasons[reason or "unknown"] += 1
        self.deferrals += outcome.get("deferrals", 0)
        self.finished_at = max(self.finished_at, outcome.get("finished_at") or "")
        self._add_calls(outcome)
        if status == "accepted":
            self.accepted += 1
            self._add_record(outcome["record"], outcome.get("blueprint") or {})
            self._add_judgement(outcome.get("judgement") or {})

    def _add_calls(self, outcome: Mapping[str, Any]) -> None:
        spent = Tokens()
        for attempt in outcome["attempts"]:
            spent += Tokens.read(attempt["tokens"])
            self.teacher_ms += attempt.get("latency_ms", 0)
            self.attempts[attempt.get("result") or "unknown"] += 1
        self._teachers.add(self._spend(outcome.get("model") or "", spent))
        if base := outcome.get("base"):
            self.base_answers[base.get("result") or "unanswered"] += 1
            self.teacher_ms += base.get("latency_ms", 0)
            self._spend(base.get("model") or "", Tokens.read(base["tokens"]))

    def _spend(self, model: str, spent: Tokens) -> str:
        """Count what a model was paid; the name that it is counted under."""
        if model not in self.tokens and len(self.tokens) >= _MAX_NAMES:
            model = "other"
        self.tokens[model] = self.tokens.get(model, Tokens()) + spent
        return model

    def _add_record(self, record: Mapping[str, Any], blueprint: Mapping[str, Any]) -> None:
        metadata = record["metadata"]
        self.shapes[shape(record["plan"])] += 1
        self.difficulties[metadata.get("difficulty", "")] += 1
        self.variations[blueprint.get("variation") or "plain"] += 1
        self.steps[len(record["plan"]["steps"])] += 1

    def _add_judgement(self, judgement: Mapping[str, Any]) -> None:
        """Count a record's least score, and each question's."""
        if isinstance(judgement.get("score"), int):
            self.judged[judgement["score"]] += 1
            for question, score in (judgement.get("scores") or {}).items():
                self.judged_by_question.setdefault(str(question), Counter())[int(score)] += 1

    @property
    def all_tokens(self) -> Tokens:
        """Tokens of all attempts of all outcomes."""
        return Tokens.sum(self.tokens.values())

    @property
    def models(self) -> list[str]:
        """Names of the models that answered as the teacher, sorted."""
        return sorted(name for name in self._teachers if name)
