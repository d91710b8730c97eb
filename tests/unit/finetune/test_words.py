"""What is advised when an evaluation could not be made is what the app then accepts."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts import options
from shared.finetune import words
from shared.finetune.job import JobDeployment, Problem
from shared.finetune.transitions import State
from shared.times import stamp
from tests.builders.finetune import NOW, RUN, job

AGAIN = f"to measure it, `plansmith finetune {RUN} --again` starts another job"
MEASURES = f"`plansmith deploy {RUN}` measures it"
DEPLOYS = f"`plansmith deploy {RUN}` deploys it later, and then it is measured"
UNDEPLOY = f"to measure it, remove the deployment first, `plansmith undeploy {RUN}`; then"
SERVES = JobDeployment("d", "Succeeded", stamp(NOW), stamp(NOW))


@pytest.mark.parametrize(
    ("code", "arms", "deployment", "removes", "advice"),
    [
        ("bad_request", ["student"], SERVES, False, MEASURES),
        ("bad_request", ["base"], SERVES, False, MEASURES),
        ("bad_request", ["student"], None, False, DEPLOYS),
        ("bad_request", ["base"], None, False, AGAIN),
        ("no_deployment", ["student"], None, False, DEPLOYS),
        ("no_deployment", ["base"], SERVES, False, UNDEPLOY),
        ("no_deployment", ["base"], SERVES, True, AGAIN),
    ],
)
def test_who_could_not_be_measured_is_told_what_works(
    code: str, arms: list[str], deployment: JobDeployment | None, removes: bool, advice: str
) -> None:
    deploy: dict[str, Any] = {"remove_after_evaluation": removes}
    wanted = options.resolve({"finetune": {"deploy": deploy, "evaluate": {"enabled": True, "arms": arms}}})
    ended = job(State.EVALUATING, options=wanted["finetune"], deployment=deployment)
    assert advice in words.not_measured(Problem(code, "no"), ended).message
