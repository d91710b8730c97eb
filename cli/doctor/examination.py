"""All that `plansmith doctor` looks at, in one go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cli.doctor.azure import account_name, azure_findings, token
from cli.doctor.finding import Finding
from cli.doctor.installation import installation_findings
from cli.doctor.model_service import service_findings
from cli.doctor.settings import settings_findings
from cli.doctor.setup import settings, setup_findings
from cli.preflight.az import Run, run_az
from cli.shared_options import Connection


def examine(connection: Connection, file: Path | None = None, run: Run = run_az) -> list[Finding]:
    """Everything that was found, in the order in which it matters; `run` asks Azure, `file` holds settings."""
    now = datetime.now(UTC)
    values, typed, found = settings(file)
    found = [*setup_findings(), *found, *settings_findings(values, typed, now.date())]
    with connection.client() as client:
        found += installation_findings(client, now, is_named=connection.url is not None)
    keyless = account_name(values) and not values.get("AZURE_OPENAI_API_KEY")
    found += service_findings(values, token(run) if keyless else "")
    found += azure_findings(values, run, now.date())
    return found
