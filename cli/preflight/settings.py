"""Reads azd's environment with the defaults of infra/main.parameters.json, and finds settings that cannot be meant."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from cli.preflight.verdict import Finding, Wanted

PARAMETERS = Path(__file__).resolve().parents[2] / "infra" / "main.parameters.json"


def with_defaults(environment: Mapping[str, str]) -> dict[str, str]:
    """Every variable of the parameter file: its value, or its default where it is unset or empty, as azd reads it."""
    found = re.findall(r"\$\{([A-Z_]+)(?:=([^}]*))?\}", PARAMETERS.read_text(encoding="utf-8"))
    return {name: environment.get(name) or default for name, default in found}


def wanted(environment: Mapping[str, str], region: str = "") -> Wanted:
    """What the environment asks for; `region` beats what it says, as that of an existing account does."""
    values = with_defaults(environment)
    return Wanted(
        region=region or values["OPENAI_LOCATION"] or values["AZURE_LOCATION"],
        teacher=values["TEACHER_MODEL"] if values["DEPLOY_TEACHER"].lower() == "true" else "",
        version=values["TEACHER_MODEL_VERSION"],
        sku=values["TEACHER_SKU"],
        capacity=_number(values["TEACHER_CAPACITY"]),
        student=environment.get("STUDENT_MODEL", ""),
        installed=bool(environment.get("PLANSMITH_URL")),
    )


def faults(environment: Mapping[str, str]) -> list[Finding]:
    """What a provision would refuse late, or do wrongly."""
    values = with_defaults(environment)
    found = []
    budget = _number(values["MONTHLY_BUDGET"])
    if budget > 0 and not values["ALERT_EMAIL"]:
        found.append(
            Finding("error", "budget_contact", "MONTHLY_BUDGET needs somebody to tell: set ALERT_EMAIL")
        )
    if budget > 0 and environment.get("CI") and not values["BUDGET_START"]:
        text = (
            "MONTHLY_BUDGET in a pipeline needs BUDGET_START, the yyyy-MM-01 of the first provision: the start of a"
            " budget cannot be changed, and a pipeline keeps no environment"
        )
        found.append(Finding("error", "budget_start", text))
    if values["BUDGET_START"] and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-01", values["BUDGET_START"]):
        text = f"BUDGET_START is the first of a month, yyyy-MM-01, not {values['BUDGET_START']}"
        found.append(Finding("error", "budget_start", text))
    if not _is_object(values["RUN_OPTIONS"] or "{}"):
        text = """RUN_OPTIONS is a JSON object: azd env set RUN_OPTIONS '{"samples": 200}'"""
        found.append(Finding("error", "run_options", text))
    return found


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
