"""``weighbridge init``: a weighbridge.yaml to start from."""

from __future__ import annotations

from pathlib import Path

import click

from weighbridge.output.failure import Failure
from workloads.settings.configuration import FILE_NAME

STARTING_POINT = """\
# How the manifests of this repository are weighed. Everything but the version is optional.
version: 1

# Which files go to which cluster: the first cluster whose paths match a file has it.
clusters:
  - name: production
    paths: ["**"]
    cloud: aws
    region: us-east-1
    # What its nodes usually are, on which alone pods are priced that name no machine; without it, any machine of the region.
    # nodes: [m7i.2xlarge, g5.xlarge]

# The label keys that say who owns a workload; the first one present decides.
ownership:
  team: [team]
  application: [application, app.kubernetes.io/name, app]
  environment: [environment, env]
  businessUnit: [business-unit]

# What decides when a manifest does not say; each is named in the output wherever it was used.
assume:
  cpu: 100m
  memory: 200Mi
  nodes: 3
  zones: 3
  jobDuration: 1h

# Who may let a denial pass on a pull request, always as the base of it has this file. Nobody may unless it is said.
# approvals:
#   - rules: ["*"]
#     codeOwners: true
"""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Write a weighbridge.yaml to start from into FOLDER (here by default). Never overwrites one."""
    path = folder / FILE_NAME
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(STARTING_POINT)
    except FileExistsError:
        raise Failure(f"{path} is there already: nothing was written") from None
    except OSError as error:
        raise Failure(f"cannot write {path}: {error.strerror}") from None
    click.echo(f"Wrote {path}. See what is in force with: weighbridge config")
