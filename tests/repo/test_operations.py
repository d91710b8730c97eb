"""docs/operations.md speaks of what is there: parameters, roles, pins, metrics, events, alerts."""

import re

import pytest

from local.checkout import ROOT
from shared import names
from tests.builders.bicep import bicep_files

GUIDE = (ROOT / "docs/operations.md").read_text()
SENDERS = (ROOT / "docs/senders.md").read_text()
TELEMETRY = (ROOT / "shared/telemetry.py").read_text()
HEADINGS = set(re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE))
QUERIES = re.findall(r"```kusto\n(.*?)```", GUIDE, re.DOTALL)

CONCERNS = (
    "First deploy",
    "Roles",
    "Deploying from GitHub",
    "What it costs",
    "Quotas to ask for",
    "Upgrading without losing runs",
    "Rotating",
    "Restoring",
    "Deleting",
    "Sending messages from elsewhere",
    "Watching",
    "Troubleshooting by symptom",
    "What was checked and what was not",
)


@pytest.mark.parametrize("concern", CONCERNS)
def test_it_has_a_section_for(concern: str):
    assert concern in HEADINGS


def test_it_names_every_role_that_is_given():
    roles = set()
    for file in bicep_files():
        roles |= set(re.findall(r"// ((?:Storage|Monitoring|Cognitive)[A-Z\w ]+):", file.source.decode()))
    assert len(roles) == 7
    assert {role for role in roles if role not in GUIDE} == set()


def test_it_tells_how_each_pin_was_verified():
    workflows = "".join(path.read_text() for path in (ROOT / ".github/workflows").glob("*.yml"))
    used = set(re.findall(r"uses: ([\w.-]+/[\w.-]+)@([0-9a-f]{40}) # (\S+)", workflows))
    told = set(re.findall(r"^\| `([\w.-]+/[\w.-]+)` (\S+) \| `([0-9a-f]{40})` \|", GUIDE, re.MULTILINE))
    assert {(action, commit, version) for action, version, commit in told} == used


def test_it_names_every_metric_and_no_other():
    told = set(re.findall(r"plansmith\.[a-z_]+(?=[`\"])", GUIDE))
    assert told == set(re.findall(r'"(plansmith\.[a-z_]+)"', TELEMETRY))


def test_there_are_three_queries_and_they_ask_for_what_the_app_tells():
    assert len(QUERIES) == 3
    keys = set(re.findall(r'"([a-z]+_[a-z]+)"', " ".join(QUERIES)))
    own = set(re.findall(r'"([a-z]+_[a-z]+)"', TELEMETRY))
    of_events = {"run_failed", "finetune_failed"}  # run-events' types, with an underscore
    assert keys - own - of_events == set()


def test_alerts_point_to_sections_of_the_guide():
    alerts = (ROOT / "infra/modules/alerts.bicep").read_text()
    pointed = re.findall(r'docs/operations\.md, "([^"]+)"', alerts)
    assert len(pointed) == 3
    assert set(pointed) <= HEADINGS


@pytest.mark.parametrize("queue", [names.RUN_REQUESTS, names.CATALOG_EVENTS, names.RUN_EVENTS])
def test_the_documents_show_how_other_systems_use_the_queue(queue: str):
    assert "(senders.md)" in GUIDE
    assert re.search(rf'--queue-name {queue}\b|"{queue}"', GUIDE + SENDERS)


def test_claims_that_need_an_account_are_marked():
    assert GUIDE.count("†") > 10
    assert "Not checked, because it needs an account." in GUIDE


def test_what_was_never_run_here_is_what_the_acceptance_script_runs():
    table = GUIDE.partition("| step | what it shows | by |\n|---|---|---|\n")[2].partition("\n\n")[0]
    told = [re.findall(r"^\| `([a-z-]+)` \|", line)[0] for line in table.splitlines()]
    script = (ROOT / "infra/acceptance.sh").read_text()
    run = re.findall(r"(?:^|\|\| |^  )step ([a-z-]+) ", script, re.MULTILINE)
    assert sorted(told) == sorted(run)


def test_facts_that_are_not_ours_have_a_source():
    """A claim about the platform that a user needs leads to where it is written."""
    for claim in (
        "Start date of budgets cannot be updated",
        "Python 3.11 whatever the runtime",
        "legionservicelink",
        "AccountProvisioningStateInvalid",
    ):
        paragraph = next(part for part in re.split(r"\n\n|\n- |\n\|", GUIDE) if claim in part)
        assert "https://" in paragraph, claim
