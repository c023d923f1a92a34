"""`extension/build.py`: two folders and two packages from one source tree."""

from __future__ import annotations

import json
import zipfile

import pytest


@pytest.mark.parametrize(("browser", "suffix"), [("chrome", "zip"), ("firefox", "xpi")])
def test_a_package_holds_the_folder(dist, browser, suffix):
    (package,) = dist.glob(f"*.{suffix}")
    folder = dist / browser
    with zipfile.ZipFile(package) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}

    assert held == {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_building_twice_gives_the_same_bytes(builder, dist, tmp_path):
    builder.build(tmp_path)

    assert {p.name: p.read_bytes() for p in tmp_path.glob("*.*")} == {p.name: p.read_bytes() for p in dist.glob("*.*")}


def test_a_test_build_speaks_to_another_port(builder, tmp_path):
    folders = builder.build(tmp_path, 50123)

    assert "127.0.0.1:50123/api" in (folders["chrome"] / "background.js").read_text("utf-8")
    manifest = json.loads((folders["chrome"] / "manifest.json").read_text("utf-8"))
    assert manifest["host_permissions"] == ["http://127.0.0.1:50123/*"]
    assert manifest["content_security_policy"]["extension_pages"].endswith("connect-src http://127.0.0.1:50123")


def test_what_is_for_builders_is_not_shipped(dist):
    shipped = {f.name for f in dist.rglob("*")}

    assert not shipped & {"build.py", "globals.d.ts"}
