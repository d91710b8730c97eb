"""From what a region offers to what an installation should do: pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cli.preflight.offers import Offer, Quota, Region

STUDENTS = ("gpt-4.1-nano-2025-04-14", "gpt-4.1-mini-2025-04-14")
"""Default students, the wanted one first; infra/main.bicep has the first as its default."""
SOON = timedelta(days=180)
_FORMAT = "OpenAI"
"""Publisher of teachers: infra/modules/teacher.bicep deploys no other."""
_CLOSED = frozenset({"deprecating", "deprecated", "retired"})
"""Stages in which the service refuses new deployments: https://github.com/Azure/bicep-registry-modules/pull/7205."""


@dataclass(frozen=True)
class Wanted:
    """What an installation asks for.

    Attributes:
        region: of the model account.
        teacher, version, sku, capacity: of the teacher deployment; an empty `teacher` means no deployment.
        student: model to fine-tune; empty leaves the choice to `decide`.
        installed: the installation is there already, so what it has may use its own quota and outlive its stage.
    """

    region: str
    teacher: str
    version: str
    sku: str
    capacity: int
    student: str = ""
    installed: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: `ok`, `warning` (works, but not as one may think) or `error` (something does not work).
        code: names the kind of finding; does not change.
        text: what was found, on one line.
        do: what to do about it; "" where all is well, or where the text says it all.
    """

    level: str
    code: str
    text: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.text}; {self.do}" if self.do else self.text


@dataclass(frozen=True)
class Verdict:
    """What was found, and the student to use."""

    findings: tuple[Finding, ...]
    student: str

    @property
    def possible(self) -> bool:
        """Whether nothing speaks against it for certain."""
        return all(finding.level != "error" for finding in self.findings)


def decide(wanted: Wanted, region: Region, today: date) -> Verdict:
    """What the region's lists mean for `wanted`, on the day `today`."""
    if not region.offers:
        text = f"the service lists no model for {wanted.region}: is the name of the region right?"
        return Verdict((Finding("error", "no_models", text),), wanted.student or STUDENTS[0])
    student, about = _student(wanted, region, today)
    teacher = [_teacher(wanted, region, today)] if wanted.teacher else []
    return Verdict((*teacher, *about), student)


# ---- teacher -------------------------------------------------------------------------------------------------------


def _teacher(wanted: Wanted, region: Region, today: date) -> Finding:
    name = f"teacher {wanted.teacher} {wanted.version} ({wanted.sku})"
    instead = _instead(wanted, region, today)
    same = [offer for offer in region.offers if (offer.name, offer.format) == (wanted.teacher, _FORMAT)]
    offer = next((each for each in same if (each.version, each.sku) == (wanted.version, wanted.sku)), None)
    if offer is None:
        known = ", ".join(sorted(f"{each.version} {each.sku}" for each in same))
        has = f"it has {wanted.teacher} as {known}" if known else f"it has no {wanted.teacher} at all"
        text = f"{name} is not offered in {wanted.region}; {has}"
        return Finding("error", "teacher_not_offered", text, instead)
    if (offer.ends and offer.ends <= today.isoformat()) or offer.lifecycle.lower() in _CLOSED:
        stage = f"is {offer.lifecycle}" if offer.lifecycle.lower() in _CLOSED else f"ended on {offer.ends}"
        level = "warning" if wanted.installed else "error"
        return Finding(level, "teacher_closed", f"{name} {stage} and takes no new deployments", instead)
    quota = region.quota(offer)
    if quota is not None and (lacks := _lacks(name, wanted, quota, instead)) is not None:
        return lacks
    left = (
        f"{quota.free:g} of {quota.limit:g} thousand tokens a minute free"
        if quota
        else "its quota is not told"
    )
    if offer.ends and offer.ends < (today + SOON).isoformat():
        return Finding("warning", "teacher_ends_soon", f"{name} ends on {offer.ends}, {left}", instead)
    until = f" until {offer.ends}" if offer.ends else ""
    return Finding("ok", "teacher", f"{name} is offered in {wanted.region}{until}, {left}")


def _lacks(name: str, wanted: Wanted, quota: Quota, instead: str) -> Finding | None:
    """What there is to say of a quota that is, or may be, less than what is wanted."""
    needs = f"{name}: {wanted.capacity} thousand tokens a minute are wanted"
    if quota.limit < wanted.capacity:
        text = f"{needs}, this subscription's quota is {quota.limit:g}"
        return Finding("error", "teacher_quota", text, f"ask for more, or set TEACHER_CAPACITY; {instead}")
    if quota.free < wanted.capacity and not wanted.installed:
        text = f"{needs}, {quota.free:g} of {quota.limit:g} are free"
        return Finding(
            "warning", "teacher_quota_in_use", text, "enough only if an earlier provision took the rest"
        )
    return None


def _instead(wanted: Wanted, region: Region, today: date) -> str:
    """Up to three models of the same kind of deployment with the quota for it, those that last longest first."""
    fitting = [
        offer
        for offer in region.offers
        if offer.sku == wanted.sku
        and offer.format == _FORMAT
        and offer.plans
        and (offer.name, offer.version) != (wanted.teacher, wanted.version)
        and offer.lifecycle.lower() not in _CLOSED
        and (not offer.ends or offer.ends >= (today + SOON).isoformat())
        and (quota := region.quota(offer)) is not None
        and quota.free >= wanted.capacity
    ]
    fitting.sort(
        key=lambda offer: (offer.lifecycle != "GenerallyAvailable", _negated(offer.ends), offer.name)
    )
    named = " or ".join(
        f"TEACHER_MODEL={each.name} TEACHER_MODEL_VERSION={each.version}" for each in fitting[:3]
    )
    return (
        f"with enough quota here: {named}" if named else "nothing else here has the quota: try another region"
    )


def _negated(day: str) -> int:
    """Sorts later days first, and an open end before all."""
    return -int(day.replace("-", "")) if day.replace("-", "").isdigit() else -99999999


# ---- student -------------------------------------------------------------------------------------------------------


def _student(wanted: Wanted, region: Region, today: date) -> tuple[str, Sequence[Finding]]:
    if wanted.student:
        reason = _refusal(wanted.student, region, today)
        if reason is None:
            return wanted.student, [_trained(wanted.student, region, today)]
        text = f"student {wanted.student} {reason}"
        return wanted.student, [Finding("warning", "student_not_offered", text, _trainable(region, today))]
    told: list[Finding] = []
    for model in STUDENTS:
        reason = _refusal(model, region, today)
        if reason is None:
            return model, [*told, _trained(model, region, today)]
        told.append(Finding("warning", "student_not_offered", f"student {model} {reason}"))
    text = f"none of the default students can be trained in {wanted.region}"
    return STUDENTS[0], [*told, Finding("warning", "no_student", text, _trainable(region, today))]


def _refusal(model: str, region: Region, today: date) -> str | None:
    """Why the model cannot be trained for this subscription; None if nothing says so."""
    offers = _of(model, region)
    if not offers:
        return "is not listed in the region"
    if not any(offer.trains for offer in offers) and any(offer.trains for offer in region.offers):
        return "is not among the models that the region trains"
    ends = max(offer.training_ends for offer in offers)
    if ends and ends <= today.isoformat():
        return f"can no longer be trained since {ends}"
    if all(offer.lifecycle.lower() in _CLOSED for offer in offers):
        return f"is {offers[0].lifecycle}: closed to new customers"
    if region.tuned_quota(_bare(model)) == 0:
        return "has no quota for deployments of tuned models in this subscription"
    return None


def _trained(model: str, region: Region, today: date) -> Finding:
    ends = max(offer.training_ends for offer in _of(model, region))
    if not ends:
        return Finding("ok", "student", f"student {model} can be trained; the service names no end")
    soon = ends < (today + SOON).isoformat()
    text = f"student {model} can be trained until {ends}"
    return Finding("warning" if soon else "ok", "student_ends_soon" if soon else "student", text)


def _trainable(region: Region, today: date) -> str:
    """What could be trained instead, "" for nothing."""
    names = sorted({f"{o.name}-{o.version}" for o in region.offers if o.trains and _open(o, today)})
    return f"the region trains {', '.join(names)} (STUDENT_MODEL)" if names else ""


def _open(offer: Offer, today: date) -> bool:
    ended = offer.training_ends and offer.training_ends <= today.isoformat()
    return not ended and offer.lifecycle.lower() not in _CLOSED


def _of(model: str, region: Region) -> list[Offer]:
    return [offer for offer in region.offers if model in (offer.name, f"{offer.name}-{offer.version}")]


def _bare(model: str) -> str:
    """`gpt-4.1-nano` for `gpt-4.1-nano-2025-04-14`."""
    parts = model.rsplit("-", 3)
    return parts[0] if len(parts) == 4 and all(part.isdigit() for part in parts[1:]) else model
