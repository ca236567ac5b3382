"""The starter set: policies to begin with, shipped with the program, each a folder with what it allows and what it denies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from policies.documents.policy_reader import read_policy
from policies.policy_set import PolicySet
from workloads.text.reader import read

LIBRARY = Path(__file__).parents[1] / "library"


@cache
def starter() -> PolicySet:
    """The policies of the starter set, by name. That they keep their schema is tested, not checked again at every start."""
    documents = sorted(LIBRARY.glob("*/policy.yaml"))
    return PolicySet(
        read_policy(manifest)
        for document in documents
        for manifest in read(document.read_bytes(), f"starter set: {document.parent.name}").manifests
    )
