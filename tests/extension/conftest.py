"""The extension's build program, and the extension built once."""

from __future__ import annotations

import importlib.util

import pytest


@pytest.fixture(scope="session")
def builder(root):
    """`extension/build.py` as a module."""
    spec = importlib.util.spec_from_file_location("build", root / "extension" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def dist(builder, tmp_path_factory):
    """A build for the product's own port."""
    target = tmp_path_factory.mktemp("dist")
    builder.build(target)
    return target
