"""The models that the emulated resource knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FINE_TUNED = re.compile(
    r"(?P<base>[A-Za-z0-9.-]+?)\.ft-(?P<job>[0-9a-f]{32})(?:-[A-Za-z0-9_-]+)?(?P<step>:ckpt-step-\d+)?"
)


@dataclass(frozen=True, slots=True)
class Model:
    """A base model.

    Attributes:
        name: dated name, as jobs report it.
        aliases: other names it answers to.
        methods: fine-tuning methods it can be trained with; empty without any.
        multiplier: the service's default learning rate multiplier.
        formats: publishers as a deployment may spell them.
        training_types: where it trains; empty for everywhere.
    """

    name: str
    aliases: tuple[str, ...]
    methods: tuple[str, ...] = ()
    multiplier: float = 1.0
    formats: tuple[str, ...] = ("OpenAI",)
    training_types: tuple[str, ...] = ()


KEPT_CHECKPOINTS = 3
"""Epochs whose weights a job keeps, the newest."""
_SFT_DPO = ("supervised", "dpo")
_OPEN = ("DataZoneStandard", "GlobalStandard")
MODELS = (
    Model("gpt-5.1-2025-11-13", ("gpt-5.1",)),
    Model("gpt-5.4-mini", ("gpt-5.4-mini",)),
    Model("gpt-4.1-2025-04-14", ("gpt-4.1",), _SFT_DPO, 0.1),
    Model("gpt-4.1-mini-2025-04-14", ("gpt-4.1-mini",), _SFT_DPO, 0.1),
    Model("gpt-4.1-nano-2025-04-14", ("gpt-4.1-nano",), _SFT_DPO, 0.1),
    Model("gpt-4o-2024-08-06", ("gpt-4o",), _SFT_DPO, 0.1),
    Model("gpt-4o-mini-2024-07-18", ("gpt-4o-mini",), ("supervised",), 0.1),
    Model("Ministral-3B", ("ministral-3b",), ("supervised",), 1.0, ("Mistral AI", "Ministral AI"), _OPEN),
    Model("Llama-3.3-70B-Instruct", ("llama-3.3-70b-instruct",), ("supervised",), 1.0, ("Meta",), _OPEN),
    Model("Qwen3-32B", ("qwen3-32b",), ("supervised",), 1.0, ("Alibaba",), _OPEN),
    Model("gpt-oss-20b", ("gpt-oss-20b",), ("supervised",), 1.0, ("Microsoft", "OpenAI-OSS"), _OPEN),
)
_BY_NAME = {key.lower(): model for model in MODELS for key in (model.name, *model.aliases)}


def find_model(name: str) -> Model | None:
    """The base model called `name` (dated name or alias, any case)."""
    return _BY_NAME.get(name.lower())


@dataclass(frozen=True, slots=True)
class FineTunedName:
    """The parts of a fine-tuned model's name; `step` is `:ckpt-step-N` or ""."""

    base: str
    job: str
    step: str


def parse_fine_tuned(name: str) -> FineTunedName | None:
    """The parts of `{base}.ft-{job}[-{suffix}][:ckpt-step-N]`, or None for another name."""
    match = _FINE_TUNED.fullmatch(name)
    return FineTunedName(match["base"], f"ftjob-{match['job']}", match["step"] or "") if match else None


def base_of(model: str) -> str:
    """The name of the base model, of a fine-tuned model or of a base model itself."""
    return model.split(".ft-")[0]


def is_student(model: str) -> bool:
    """Whether a deployment of `model` answers as a student when no teacher is asked for."""
    if parse_fine_tuned(model):
        return True
    found = find_model(model)
    return found is not None and any(
        part in found.name.lower() for part in ("nano", "ministral", "gpt-oss", "qwen")
    )
