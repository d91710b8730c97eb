"""Switches take what they document and refuse the rest."""

from __future__ import annotations

import pytest

from local.openai_emulator.__main__ import make_emulator, read_arguments
from local.openai_emulator.switches import Switches, switch_types


def test_switches_change_together_or_not_at_all():
    switches = Switches()
    with pytest.raises(ValueError, match="rpm accepts"):
        switches.update({"latency_s": 2, "rpm": -1})
    assert switches.latency_s == 0
    switches.update({"latency_s": 2, "rpm": 60})
    assert (switches.latency_s, switches.rpm) == (2.0, 60)


@pytest.mark.parametrize(
    "change",
    [
        {"nonsense": 1},
        {"deterministic": 1},
        {"rpm": 1.5},
        {"rpm": "60"},
        {"drop_share": 1.2},
        {"window": "round"},
        {"malformed_classes": ["typo"]},
        {"response_formats": "text"},
    ],
)
def test_a_bad_switch_is_refused_by_name(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        Switches().update(change)


def test_every_switch_is_a_flag():
    arguments = ["--latency-s", "0.5", "--rpm", "60", "--window", "bucket", "--no-deterministic"]
    arguments += ["--malformed-classes", "prose,cycle", "--deployment", "mine=gpt-4.1"]
    emulator = make_emulator(read_arguments(arguments))
    assert emulator.switches.latency_s == 0.5
    assert emulator.switches.window == "bucket"
    assert emulator.switches.deterministic is False
    assert emulator.switches.malformed_classes == ["prose", "cycle"]
    assert emulator.deployments.model_of("mine") == "gpt-4.1"
    emulator.disk.close()


def test_every_switch_is_documented():
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs" / "openai_emulator.md").read_text(encoding="utf-8")
    assert [name for name in switch_types() if f"`{name}`" not in text] == []
    assert [name for name in switch_types() if name not in (Switches.__doc__ or "")] == []


def test_a_bad_flag_is_told():
    with pytest.raises(ValueError, match="NAME=MODEL"):
        make_emulator(read_arguments(["--deployment", "x"]))


def test_a_switch_may_be_spelt_as_in_the_table_or_as_a_flag():
    told = read_arguments(["--malformed_share", "0.3", "--away-style", "reset", "--no-malformed_only_first"])
    assert (told.malformed_share, told.away_style, told.malformed_only_first) == (0.3, "reset", False)
