"""The fine-tuning ports in memory keep the contract."""

from __future__ import annotations

import pytest

from shared.adapters.memory.finetune import MemoryDeployments, MemoryFineTune
from tests.contract.finetune_contract import DeploymentsContract, FineTuneServiceContract


class TestMemoryFineTune(FineTuneServiceContract):
    @pytest.fixture
    def service(self) -> MemoryFineTune:
        return MemoryFineTune()


class TestMemoryDeployments(DeploymentsContract):
    @pytest.fixture
    def deployments(self) -> MemoryDeployments:
        return MemoryDeployments()

    @pytest.fixture
    def model(self) -> str:
        return "base.ft-1"
