"""Credentials that an OpenAPI or Swagger document names itself, in its security schemes and anywhere else."""

from __future__ import annotations

from typing import Any

from shared.scrub.harvest import Harvest
from shared.scrub.known import KnownSecrets


def of_openapi(root: dict[str, Any]) -> KnownSecrets:
    """What the security schemes, the texts and the values of a document say."""
    components = root.get("components")
    listed = (
        components.get("securitySchemes") if isinstance(components, dict) else None,
        root.get("securityDefinitions"),
    )
    schemes = [scheme for found in listed if isinstance(found, dict) for scheme in found.values()]
    names = [
        scheme["name"]
        for scheme in schemes
        if isinstance(scheme, dict) and scheme.get("type") == "apiKey" and isinstance(scheme.get("name"), str)
    ]
    found = Harvest(root, names)
    return KnownSecrets(names, found.values, found.pairs)
