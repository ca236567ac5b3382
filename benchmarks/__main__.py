"""Run the benchmarks named on the command line, or all of them, and print one table each."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = {
    "weighing": "a tree of 1,000 manifests, against parsing the same bytes",
    "estimating": "10,000 workloads that are parsed already, against copying them",
    "command": "the command line's processes, against an empty interpreter",
    "monorepo": "a change in a repository of 10,000 files, against one of 100",
    "revisions": "what a diff of two Git revisions reads",
    "policies": "one decision with the starter set, and among 1,000 policies, against parsing its review",
    "book": "opening the price book and looking prices up",
    "hostile": "objects made to be slow, against parsing the same review",
    "webhook": "the webhook, against a server that only parses and allows",
}


def main(names: list[str]) -> int:
    """Run benchmarks by name; all of them where none is named."""
    unknown = set(names) - BENCHMARKS.keys()
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 3
    for name in names or BENCHMARKS:
        print(f"\n## {name}: {BENCHMARKS[name]}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
