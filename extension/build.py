"""Builds the extension for the two families of browsers; only the standard library is needed.

`python extension/build.py` copies the one source tree into `dist/chrome` and
`dist/firefox` with the manifest each family wants, and packs a zip (Chrome,
Edge) and an xpi (Firefox).  `--port` makes a build for another port than the
product's, for tests.

Why two manifests (security.md, facts 6 and 7): Chromium honours a port in a
host permission, Firefox silently ignores such a permission, so Firefox gets
the host alone.  Chromium wants a service worker and a side panel, Firefox
background scripts and a sidebar, and each linter complains of the other's.
"""

from __future__ import annotations

import argparse
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parent
PORT = 47811
SHIPPED = ("background.js", "content", "icons", "panel")
# A zip entry's time is its content's version to a packer; the oldest one a zip can hold keeps builds equal.
EPOCH = (1980, 1, 1, 0, 0, 0)

Manifest = dict[str, Any]


def for_chrome(manifest: Manifest) -> Manifest:
    """The manifest for Chrome and Edge: a service worker and the side panel."""
    own = {k: v for k, v in manifest.items() if k not in ("sidebar_action", "browser_specific_settings")}
    return own | {"background": {"service_worker": "background.js", "type": "module"}}


def for_firefox(manifest: Manifest) -> Manifest:
    """The manifest for Firefox: background scripts, the sidebar, a host permission without a port."""
    own = {k: v for k, v in manifest.items() if k not in ("side_panel", "key", "minimum_chrome_version")}
    return own | {
        "background": {"scripts": ["background.js"], "type": "module"},
        "permissions": [p for p in manifest["permissions"] if p != "sidePanel"],
        "host_permissions": ["http://127.0.0.1/*"],
    }


BROWSERS = {"chrome": (for_chrome, "zip"), "firefox": (for_firefox, "xpi")}


def build(target: Path, port: int = PORT) -> dict[str, Path]:
    """Build every browser's folder and package under `target`; the folders by browser."""
    folders = {}
    for browser, (adapt, suffix) in BROWSERS.items():
        folder = target / browser
        _copy(folder, port)
        manifest = adapt(json.loads(_at_port(SOURCE / "manifest.json", port)))
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
        _pack(folder, target / f"repliquette-{browser}-{manifest['version']}.{suffix}")
        folders[browser] = folder
    return folders


def _copy(folder: Path, port: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in SHIPPED:
        origin = SOURCE / name
        if origin.is_dir():
            shutil.copytree(origin, folder / name, ignore=shutil.ignore_patterns(".*", "*.svg"))
        else:
            (folder / name).write_text(_at_port(origin, port), "utf-8")


def _at_port(file: Path, port: int) -> str:
    return file.read_text("utf-8").replace(f"127.0.0.1:{PORT}", f"127.0.0.1:{port}")


def _pack(folder: Path, package: Path) -> None:
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix(), EPOCH), file.read_bytes())


def main() -> None:
    """Read the options, build, and say where things lie."""
    options = argparse.ArgumentParser(description="Build the extension for Chrome, Edge and Firefox.")
    options.add_argument("--target", type=Path, default=SOURCE.parent / "dist", help="where to build (default: dist/)")
    options.add_argument("--port", type=int, default=PORT, help="the backend's port, for test builds")
    chosen = options.parse_args()
    for browser, folder in build(chosen.target, chosen.port).items():
        print(f"{browser}: {folder}")


if __name__ == "__main__":
    main()
