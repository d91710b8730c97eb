"""Which packages are installed, and what becomes of an installer that fails. The real ones: tests/e2e/test_package.py."""

import os
from pathlib import Path

import pytest

from local.setup import wheels

PINS = "some-package==1.0 \\\n    --hash=sha256:0\n"
FAKE_UV = """#!/bin/sh
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/some_package-1.0.dist-info" "$2/bin"
printf 'bin/tool,sha256=a,1\\nsome_package/__init__.py,,\\n' > "$2/some_package-1.0.dist-info/RECORD"
echo called >> "$0.log"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text(PINS)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    return tmp_path


def _uv(checkout: Path, script: str) -> Path:
    uv = checkout / ".venv/bin/uv"
    uv.write_text(script)
    uv.chmod(0o755)
    return uv


def test_they_are_installed_once_for_the_same_pins(checkout: Path):
    uv = _uv(checkout, FAKE_UV)
    assert [wheels.install(checkout), wheels.install(checkout)] == [True, False]
    assert Path(f"{uv}.log").read_text().count("called") == 1
    (checkout / "requirements.txt").write_text(PINS + "# again\n")
    assert wheels.install(checkout)


def test_no_command_of_a_package_comes_along(checkout: Path):
    _uv(checkout, FAKE_UV)
    wheels.install(checkout)
    site = checkout / wheels.FOLDER
    assert sorted(os.listdir(site)) == ["some_package-1.0.dist-info"]
    assert (site / "some_package-1.0.dist-info/RECORD").read_text() == "some_package/__init__.py,,\n"


def test_other_packages_than_the_pinned_ones_are_refused(checkout: Path):
    _uv(checkout, FAKE_UV.replace("some_package-1.0", "stranger-1.0"))
    with pytest.raises(wheels.WheelsError, match="some-package, stranger"):
        wheels.install(checkout)
    assert not (checkout / wheels.FOLDER).exists()


def test_when_uv_fails_pip_is_asked_and_when_that_fails_too_both_say_why(checkout: Path):
    _uv(checkout, "#!/bin/sh\necho the index is gone >&2; exit 2\n")
    with pytest.raises(wheels.WheelsError, match=r"(?s)the index is gone.*-m pip"):
        wheels.install(checkout)
