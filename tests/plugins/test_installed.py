"""Entry points are found without importlib.metadata where there are none, and with it where there are."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.errors import SpecError
from gatewright.plugins.installed import entry_points

if TYPE_CHECKING:
    from tests.conftest import Install

GROUP = "gatewright"


def names() -> list[str]:
    return sorted(point.name for point in entry_points(GROUP))


def test_an_installed_package_is_found(install: Install) -> None:
    before = names()
    install("found", "x = 1\n")
    assert names() == sorted([*before, "found"])


def package(folder: Path, group: str) -> None:
    info = folder / "thing-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\nthing = thing\n")


def test_another_group_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "console_scripts")
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "missing")])
    assert names() == []
    package(tmp_path / "other", GROUP)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "other"), str(tmp_path)])
    assert names() == ["thing"]


def test_the_current_folder_counts_where_it_is_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, GROUP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [""])
    assert names() == ["thing"]


def test_what_cannot_be_looked_through_is_left_to_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("thing-1.0.dist-info/METADATA", "Name: thing\nVersion: 1.0\n")
        file.writestr("thing-1.0.dist-info/entry_points.txt", f"[{GROUP}]\nthing = thing\n")
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert names() == ["thing"]
    egg = tmp_path / "eggs" / "old.egg"
    egg.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(egg.parent)])
    assert names() == []  # the library was asked, and found nothing


def test_a_package_without_entry_points_and_one_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none-1.0.dist-info").mkdir()
    (tmp_path / "file-1.0.egg-info").write_text("Name: file\n")
    (tmp_path / "odd-1.0.dist-info" / "entry_points.txt").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert names() == []


def test_the_library_is_not_imported_for_nothing(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        f"sys.path = [p for p in sys.path if 'site-packages' not in p] + [{str(tmp_path)!r}]\n"
        "from gatewright.plugins.installed import entry_points\n"
        "print(entry_points('gatewright'), 'importlib.metadata' in sys.modules)\n"
    )
    source = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(source)},
        check=True,
    )
    assert done.stdout.strip() == "[] False"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[gatewright]\nthing = \xff\xfe\n", "UnicodeDecodeError: "),
        (b"[gatewright]\nthing thing\n", "TypeError: "),
    ],
)
def test_a_damaged_package_is_named_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, why: str
) -> None:
    package(tmp_path / "good", GROUP)
    info = tmp_path / "bad" / "spoilt_thing-2.0.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_bytes(text)
    other = tmp_path / "bad" / "other-2.0.dist-info"  # which is not ours to speak of
    other.mkdir()
    (other / "entry_points.txt").write_bytes(text.replace(b"gatewright", b"console_scripts"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "bad"), str(tmp_path / "good")])
    bad, good = entry_points(GROUP)
    assert (bad.name, bad.distribution, good.name) == ("spoilt_thing", "spoilt_thing", "thing")
    with pytest.raises(SpecError, match=rf"2\.0\.dist-info.entry_points\.txt is damaged: {why}"):
        bad.load()


def test_a_package_that_does_not_say_its_name_has_that_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, GROUP)
    (tmp_path / "thing-1.0.dist-info" / "METADATA").unlink()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    (found,) = entry_points(GROUP)
    assert (found.name, found.distribution, found.version) == ("thing", "thing", "?")
