"""CPU of the command line's processes: help, a diff of two files, an estimate of the example."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.comparison import print_table, processes_side_by_side

EXAMPLE = Path(__file__).parent.parent / "examples" / "shop"
ROUNDS = 7


def main() -> None:
    """Print the table."""
    command = str(Path(sys.executable).parent / "weighbridge")
    file = "shop/storefront.yaml"
    measured = processes_side_by_side(
        ROUNDS,
        empty_interpreter=[sys.executable, "-c", "pass"],
        weighbridge_help=[command, "--help"],
        two_file_diff=[command, "diff", str(EXAMPLE / "before" / file), str(EXAMPLE / "after" / file)],
        two_file_diff_as_JSON=[
            command,
            "diff",
            str(EXAMPLE / "before" / file),
            str(EXAMPLE / "after" / file),
            "--format",
            "json",
        ],
        estimate_of_the_example=[command, "estimate", str(EXAMPLE / "after")],
    )
    print_table(measured, "target: help under 150 ms, a two-file diff under 500 ms")
