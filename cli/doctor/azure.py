"""What Azure knows, asked by `az` as whoever is signed in there: roles, deployments, quota, ends of models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from cli.doctor.finding import Finding, error, ok, warning
from cli.preflight import Wanted, decide
from cli.preflight.az import NotAsked, Run, ask_region
from shared.addresses import split_address

_CALLS = {
    "Cognitive Services OpenAI User",
    "Cognitive Services OpenAI Contributor",
    "Cognitive Services User",
}
_TUNES = {"Cognitive Services OpenAI Contributor", "Cognitive Services Contributor"}
_TOKENS = "https://cognitiveservices.azure.com"


def token(run: Run) -> str:
    """An Entra token for the model service; "" where `az` gives none."""
    try:
        asked = ["account", "get-access-token", "--resource", _TOKENS, "--query", "accessToken"]
        return run([*asked, "--output", "tsv"]).strip()
    except NotAsked:
        return ""


def azure_findings(values: Mapping[str, str], run: Run, today: date) -> Iterator[Finding]:
    """What there is to say about the account that the settings name; nothing if they name none."""
    name = account_name(values)
    if not name:
        return
    try:
        account = _account(name, run)
        if account is None:
            do = "check the name, or sign in to the subscription that has it: az account set --subscription NAME"
            yield error("no_account", f"the subscription has no model account {name}", do)
            return
        if not values.get("AZURE_OPENAI_API_KEY"):
            yield from _roles(account, run)
        yield from _deployments(account, values, run, today)
    except NotAsked as wrong:
        do = "install the Azure CLI and az login, to have roles, deployments, quota and dates checked"
        yield warning("azure_not_asked", f"Azure was not asked: {wrong}", do)


def account_name(values: Mapping[str, str]) -> str:
    """Name of the Azure model account that the settings mean, "" for none."""
    if values.get("OPENAI_BASE_URL"):
        return ""
    host = split_address(values.get("AZURE_OPENAI_ENDPOINT", "")).hostname or ""
    named = (
        host.partition(".")[0] if host.endswith((".openai.azure.com", ".cognitiveservices.azure.com")) else ""
    )
    return values.get("AZURE_OPENAI_ACCOUNT", "") or named


def _json(run: Run, arguments: list[str]) -> Any:
    try:
        return json.loads(run([*arguments, "--output", "json"]))
    except ValueError as wrong:
        raise NotAsked(f"az {' '.join(arguments[:3])} gave no JSON") from wrong


def _account(name: str, run: Run) -> dict[str, str] | None:
    listed = _json(run, ["cognitiveservices", "account", "list"])
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict) and str(entry.get("name", "")).lower() == name.lower():
            return {key: str(entry.get(key, "")) for key in ("id", "name", "resourceGroup", "location")}
    return None


def _roles(account: Mapping[str, str], run: Run) -> Iterator[Finding]:
    me = _json(run, ["ad", "signed-in-user", "show"]).get("id", "")
    asked = ["role", "assignment", "list", "--assignee", me, "--scope", account["id"], "--include-inherited"]
    roles = {str(entry.get("roleDefinitionName")) for entry in _json(run, asked)}
    assign = f"az role assignment create --assignee {me} --scope {account['id']} --role "
    if not roles & (_CALLS | _TUNES):
        do = f'{assign}"Cognitive Services OpenAI User"; owner and contributor alone may not call models'
        yield error("no_role", f"you may not call models of {account['name']} without a key", do)
    elif not roles & _TUNES:
        do = f'{assign}"Cognitive Services OpenAI Contributor"'
        yield warning("no_tuning_role", f"you may call models of {account['name']}, but not fine-tune", do)
    else:
        yield ok("roles", f"you may call and fine-tune models of {account['name']}")


def _deployments(
    account: Mapping[str, str], values: Mapping[str, str], run: Run, today: date
) -> Iterator[Finding]:
    of = ["--name", account["name"], "--resource-group", account["resourceGroup"]]
    listed = {
        str(entry.get("name")): entry
        for entry in _json(run, ["cognitiveservices", "account", "deployment", "list", *of])
    }
    teacher = values.get("TEACHER_DEPLOYMENT", "")
    if teacher not in listed:
        there = ", ".join(sorted(listed)) or "none"
        do = f"set TEACHER_DEPLOYMENT to one of those ({there}), or deploy a model under that name"
        yield error("no_deployment", f"{account['name']} has no deployment '{teacher}'", do)
        return
    made = listed[teacher]
    model, sku = (made.get("properties") or {}).get("model") or {}, made.get("sku") or {}
    wanted = Wanted(
        region=account["location"],
        teacher=str(model.get("name", "")),
        version=str(model.get("version", "")),
        sku=str(sku.get("name", "")),
        capacity=0,
        student=values.get("STUDENT_MODEL", ""),
        installed=True,
    )
    yield from _capacity(teacher, sku.get("capacity"))
    verdict = decide(wanted, ask_region(account["location"], run=run), today)
    yield from map(_with_advice, verdict.findings)


_SMALL = 30
"""Thousand tokens a minute with which 500 samples take an hour."""


def _capacity(teacher: str, capacity: object) -> Iterator[Finding]:
    if isinstance(capacity, int) and capacity < _SMALL:
        text = f"the deployment '{teacher}' has {capacity} thousand tokens a minute: 500 samples take over an hour"
        yield warning("small_quota", text, "raise its capacity, as far as the subscription's quota allows")


def _with_advice(found: Finding) -> Finding:
    usual = "choose another model or version (docs/operations.md)"
    return found if found.level == "ok" or found.do else replace(found, do=usual)
