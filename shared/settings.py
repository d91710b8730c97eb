"""The installation's settings, read from the environment in this one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import variables
from shared.addresses import is_here, split_address
from shared.errors import ConfigurationError
from shared.standard_webhooks import PREFIX, key_of

_CATALOG_LIMITS = {
    "CATALOG_MAX_BYTES": "document_bytes",
    "CATALOG_MAX_OPERATIONS": "operations",
    "CATALOG_MAX_DEPTH": "depth",
    "CATALOG_MAX_REFS": "ref_expansions",
    "CATALOG_MAX_ALIAS_VALUES": "alias_expansion",
    "CATALOG_MAX_ZIP_RATIO": "zip_ratio",
    "CATALOG_MAX_ZIP_ENTRIES": "zip_entries",
    "CATALOG_MAX_EXAMPLE_BYTES": "example_bytes",
}
# Beyond these the bounds of time and memory would be none: a folder is entered by recursion.
_MOST = {"depth": 400}
_MOST_OF_ANYTHING = 2**31
_LEAST_KEY, _MOST_KEY = 24, 64
"""Bytes of a key, as Standard Webhooks wants them."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a storage account: a connection string, or service addresses and an identity."""

    connection_string: str = ""
    blob_service_uri: str = ""
    queue_service_uri: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations.

    Attributes:
        storage: account that holds catalogs, runs and datasets.
        openai_endpoint: `https://<resource>.openai.azure.com`, without `/openai/v1`.
        openai_api_key: key of that resource; empty means Entra identity.
        openai_scope: audience of the Entra token.
        openai_base_url: base address of any other OpenAI-compatible server; beats `openai_endpoint`.
        teacher: deployment that answers when a run names none.
        teacher_model: model behind the teacher's deployment, for its price; "" for the one its answers name.
        teacher_timeout_s: deadline of one call to the teacher, or to a model that is measured.
        outage_patience_s: how long an index comes back while the whole service throttles or is away.
        request_tries: how often an index comes back when it alone fails.
        token_characters: characters taken for one token where a service does not count.
        student_model: model that is fine-tuned when a run names none.
        run_options: this installation's defaults of the run options.
        created_at: fixed creation time of records (`SOURCE_DATE_EPOCH`), None for the run's start.
        stall_s: seconds without progress after which `reconcile` looks for lost work.
        arm_subscription, arm_resource_group, arm_account: where fine-tuned models are deployed.
        finetune_served_by_name: the service serves a fine-tuned model by its name, without a deployment.
        finetune_poll_s: shortest pause in seconds between two looks at a fine-tune job.
        events_webhook_url: where events go by HTTP besides `run-events`; "" for nowhere.
        events_webhook_secret: what those calls are signed with.
        webhook_secret: what the model service signs its webhooks with; "" where it sends none.
        catalog_limits: how much of a catalog is read, where it is not the default; fields of `Limits`.
        catalog_trigger: `blob` (the polling blob trigger is registered) or `queue` (storage events only).
        identity_client_id: user-assigned identity for the model service and Azure Resource Manager.
    """

    storage: Connection
    openai_endpoint: str
    openai_api_key: str
    openai_scope: str
    openai_base_url: str
    teacher: str
    teacher_model: str
    teacher_timeout_s: float
    outage_patience_s: float
    request_tries: int
    token_characters: float
    student_model: str
    run_options: dict[str, Any]
    created_at: int | None
    stall_s: float
    finetune_poll_s: float
    finetune_served_by_name: bool
    webhook_secret: str
    events_webhook_url: str
    events_webhook_secret: str
    arm_subscription: str
    arm_resource_group: str
    arm_account: str
    catalog_limits: dict[str, int]
    catalog_trigger: str
    identity_client_id: str

    @classmethod
    def from_mapping(cls, env: Mapping[str, str]) -> Settings:
        """Settings from environment-like `env`. Raises ConfigurationError that names the variable."""
        return cls(
            storage=connection(env, "PLANSMITH_STORAGE"),
            openai_endpoint=env.get("AZURE_OPENAI_ENDPOINT", "").rstrip("/"),
            openai_api_key=env.get(
                "OPENAI_API_KEY" if env.get("OPENAI_BASE_URL") else "AZURE_OPENAI_API_KEY", ""
            ),
            openai_scope=env.get("AZURE_OPENAI_SCOPE") or "https://cognitiveservices.azure.com/.default",
            openai_base_url=env.get("OPENAI_BASE_URL", ""),
            teacher=env.get("TEACHER_DEPLOYMENT", ""),
            teacher_model=env.get("TEACHER_MODEL", ""),
            teacher_timeout_s=variables.number(env, "TEACHER_TIMEOUT_S", default=300.0),
            outage_patience_s=variables.number(env, "OUTAGE_PATIENCE_S", default=86_400.0),
            request_tries=variables.whole_number(env, "REQUEST_TRIES") or 20,
            token_characters=variables.number(env, "TOKEN_CHARACTERS", default=4.0, unit="of characters"),
            student_model=env.get("STUDENT_MODEL") or "gpt-4.1-nano-2025-04-14",
            run_options=variables.json_object(env, "RUN_OPTIONS"),
            created_at=variables.whole_number(env, "SOURCE_DATE_EPOCH"),
            stall_s=variables.number(env, "RECONCILE_STALL_S", default=900.0),
            finetune_served_by_name=variables.yes(env, "FINETUNE_SERVED_BY_NAME")
            or bool(env.get("OPENAI_BASE_URL")),
            finetune_poll_s=variables.number(env, "FINETUNE_POLL_S", default=15.0),
            webhook_secret=env.get("OPENAI_WEBHOOK_SECRET", ""),
            events_webhook_url=_receiver(env),
            events_webhook_secret=env.get("EVENTS_WEBHOOK_SECRET", ""),
            arm_subscription=env.get("AZURE_SUBSCRIPTION_ID", ""),
            arm_resource_group=env.get("AZURE_RESOURCE_GROUP", ""),
            arm_account=env.get("AZURE_OPENAI_ACCOUNT", ""),
            catalog_limits=catalog_limits(env),
            catalog_trigger=catalog_trigger(env),
            identity_client_id=env.get("AZURE_CLIENT_ID", ""),
        )

    @property
    def is_charged(self) -> bool:
        """Whether the model service may cost money: false where it runs on this machine."""
        return not is_here(self.openai_base_url or self.openai_endpoint)

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings of this process."""
        return cls.from_mapping(os.environ)


def connection(env: Mapping[str, str], name: str) -> Connection:
    """The connection called `name`: its plain value, or `<name>__blobServiceUri` and its siblings.

    The plain value wins, as it does in the Functions host.
    """
    if plain := env.get(name):
        return Connection(connection_string=plain)
    account = env.get(f"{name}__accountName", "")
    blob = env.get(f"{name}__blobServiceUri") or (account and f"https://{account}.blob.core.windows.net")
    queue = env.get(f"{name}__queueServiceUri") or (account and f"https://{account}.queue.core.windows.net")
    if not blob or not queue:
        raise ConfigurationError(
            f"{name} is not set: give a connection string, or {name}__blobServiceUri and {name}__queueServiceUri",
            code="missing_setting",
        )
    return Connection(
        blob_service_uri=blob, queue_service_uri=queue, client_id=env.get(f"{name}__clientId", "")
    )


def catalog_trigger(env: Mapping[str, str] | None = None) -> str:
    """`CATALOG_TRIGGER`: `blob` (default) or `queue`."""
    return variables.choice(os.environ if env is None else env, "CATALOG_TRIGGER", ("blob", "queue"))


def catalog_limits(env: Mapping[str, str] | None = None) -> dict[str, int]:
    """The limits of catalogs that are set, as fields of `Limits`: `CATALOG_MAX_…`, each a positive whole number."""
    found = os.environ if env is None else env
    return {
        field: variables.limit(text, name, _MOST.get(field, _MOST_OF_ANYTHING))
        for name, field in _CATALOG_LIMITS.items()
        if (text := found.get(name))
    }


def _receiver(env: Mapping[str, str]) -> str:
    """`EVENTS_WEBHOOK_URL`, "" if it is not set: https, or on this machine, with a secret to sign with."""
    url = env.get("EVENTS_WEBHOOK_URL", "")
    if not url:
        return ""
    parts = split_address(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here(url))):
        raise variables.refused("EVENTS_WEBHOOK_URL", "an address with https")
    secret = env.get("EVENTS_WEBHOOK_SECRET", "")
    if not secret.startswith(PREFIX) or not _LEAST_KEY <= len(_key(secret)) <= _MOST_KEY:
        raise ConfigurationError(
            "EVENTS_WEBHOOK_URL needs EVENTS_WEBHOOK_SECRET: 'whsec_' and base64 of 24 to 64 random bytes",
            code="bad_setting" if secret else "missing_setting",
        )
    return url


def _key(secret: str) -> bytes:
    try:
        return key_of(secret)
    except ValueError:
        return b""
