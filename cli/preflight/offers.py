"""The lists of a region's models and quotas, read leniently: what makes no sense is passed over.

Shapes: https://learn.microsoft.com/rest/api/aiservices/accountmanagement/models/list and .../usages/list. `az` gives
the bare list, Azure Resource Manager puts it under `value`. A model is listed once for each kind of account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Offer:
    """One kind of deployment of one model.

    Attributes:
        version: the model's version, a date for models of OpenAI.
        sku: kind of deployment, as `GlobalStandard`.
        lifecycle: `GenerallyAvailable`, `Preview`, `Legacy`, `Deprecating`, `Deprecated` …, "" where it is not told.
        ends: ISO date after which it no longer answers, "" where it is not told.
        trains: whether the service says that it can be fine-tuned.
        training_ends: ISO date after which it can no longer be fine-tuned, "" where it is not told.
        usage_name: name of its quota.
        plans: whether it answers chat completions by a JSON Schema, as a teacher must.
        format: publisher as the control plane spells it.
    """

    name: str
    version: str
    sku: str
    lifecycle: str
    ends: str
    trains: bool
    training_ends: str
    usage_name: str
    plans: bool
    format: str


@dataclass(frozen=True)
class Quota:
    """A quota in the service's unit: thousand tokens a minute for standard deployments."""

    limit: float
    used: float

    @property
    def free(self) -> float:
        """The part of the quota that is not used."""
        return self.limit - self.used


@dataclass(frozen=True)
class Region:
    """What one region offers a subscription; `quotas` by the name in lower case."""

    offers: tuple[Offer, ...]
    quotas: Mapping[str, Quota]

    def quota(self, offer: Offer) -> Quota | None:
        """The quota of an offer; None where the service tells none."""
        return self.quotas.get(offer.usage_name.lower())

    def tuned_quota(self, model: str) -> float | None:
        """Largest quota for deployments of the fine-tuned `model`; None where the service tells none."""
        ending = f".{model}-finetune".lower()
        limits = [quota.limit for name, quota in self.quotas.items() if name.endswith(ending)]
        return max(limits) if limits else None


def read_region(models: object, usages: object) -> Region:
    """The region that the two lists describe."""
    offers = {(offer.name, offer.version, offer.sku): offer for offer in _offers(models)}
    return Region(tuple(offers.values()), dict(_quotas(usages)))


def _entries(listed: object) -> Iterator[Mapping[str, Any]]:
    found = listed.get("value") if isinstance(listed, Mapping) else listed
    for entry in found if isinstance(found, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def _offers(models: object) -> Iterator[Offer]:
    for entry in _entries(models):
        model = _object(entry, "model")
        ends, capabilities = _object(model, "deprecation"), _object(model, "capabilities")
        skus = model.get("skus")
        for sku in skus if isinstance(skus, list) else []:
            if isinstance(sku, Mapping) and model.get("name") and sku.get("name"):
                yield Offer(
                    name=str(model["name"]),
                    version=str(model.get("version") or ""),
                    sku=str(sku["name"]),
                    lifecycle=str(model.get("lifecycleStatus") or ""),
                    ends=_day(sku.get("deprecationDate")) or _day(ends.get("inference")),
                    trains=_yes(capabilities, "fineTune") or bool(_object(model, "finetuneCapabilities")),
                    training_ends=_day(ends.get("fineTune")),
                    usage_name=str(sku.get("usageName") or ""),
                    plans=_yes(capabilities, "chatCompletion") and _yes(capabilities, "jsonSchemaResponse"),
                    format=str(model.get("format") or ""),
                )


def _quotas(usages: object) -> Iterator[tuple[str, Quota]]:
    for entry in _entries(usages):
        name, limit, used = _object(entry, "name").get("value"), entry.get("limit"), entry.get("currentValue")
        if name and isinstance(limit, (int, float)):
            yield str(name).lower(), Quota(limit, used if isinstance(used, (int, float)) else 0)


def _object(entry: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = entry.get(key)
    return found if isinstance(found, Mapping) else {}


def _yes(capabilities: Mapping[str, Any], name: str) -> bool:
    """Whether a capability is listed as true; one that a model lacks is not listed at all."""
    return str(capabilities.get(name)).lower() == "true"


def _day(moment: object) -> str:
    """The date of an ISO moment; "" for anything else."""
    text = str(moment or "")[:10]
    return text if len(text) == 10 and text[4] == text[7] == "-" else ""
