import zipfile
from pathlib import Path

from local.checkout import ROOT
from local.setup.package import write_package


def test_the_package_holds_the_app_and_nothing_of_ones_own_machine(tmp_path: Path):
    count = write_package(ROOT, tmp_path / "app.zip")
    with zipfile.ZipFile(tmp_path / "app.zip") as archive:
        names = archive.namelist()
    assert count == len(names) == len(set(names))
    assert {"function_app.py", "host.json", "requirements.txt", "shared/names.py"} <= set(names)
    assert {name.split("/")[0] for name in names if "/" in name} - {".python_packages"} == {
        "functions",
        "shared",
    }
    assert not [name for name in names if "__pycache__" in name]


def test_the_same_files_make_the_same_bytes_whenever_they_were_written(tmp_path: Path):
    checkout = tmp_path / "checkout"
    (checkout / "shared").mkdir(parents=True)
    (checkout / ".funcignore").write_text("*.pyc")
    for name in ("one.zip", "two.zip"):
        (checkout / "shared" / "app.py").write_text("VERSION = 1")
        write_package(checkout, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
