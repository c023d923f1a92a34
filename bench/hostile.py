"""Hostile mail: how long each shape takes to read, and how much memory beyond its own size.

The baseline is the promise of SECURITY.md (S23): 2 CPU seconds and 100 MiB for up to
10 MiB of mail.  Each shape is read in a child process of its own.

Run: python bench/hostile.py [--quick]
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

METER = Path(__file__).parents[1] / "tests" / "support" / "hostile.py"
SECONDS, MIB = 2.0, 100.0
QUICK = 12  # every so manieth shape


def main() -> int:
    """Print a line a shape; 0 where all hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help=f"only every {QUICK}th shape")
    step = QUICK if arguments.parse_args().quick else 1
    sys.path.insert(0, str(METER.parents[1]))
    shapes = list(importlib.import_module("support.hostile").SHAPES)[::step]
    all_hold = True
    with subprocess.Popen([sys.executable, METER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as meter:
        assert meter.stdin
        assert meter.stdout
        for shape in shapes:
            meter.stdin.write(f"{shape}\n")
            meter.stdin.flush()
            found = json.loads(meter.stdout.readline())
            for unit, value, most in (("s", found["seconds"], SECONDS), ("MiB", found["mib"], MIB)):
                holds = value < most
                all_hold &= holds
                figure = {"figure": f"hostile: {shape}", "value": round(value, 2), "unit": unit, "baseline": most}
                print(json.dumps({**figure, "ratio": round(value / most, 2), "target": 1.0, "holds": holds}))
        meter.stdin.close()
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
