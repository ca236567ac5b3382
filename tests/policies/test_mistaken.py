"""Nothing is advised for money about an object in which a change probably mistakes something."""

from __future__ import annotations

from pathlib import Path

import pytest
from committed import Committed
from weighed_change import WeighedChange

pytestmark = pytest.mark.whole

DATABASE = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop, labels: {team: shop}}
spec:
  %s: %d
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: main, image: "registry.example/db:1", resources: {requests: {cpu: "1", memory: 2Gi}}}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 500Gi}}}
"""


@pytest.mark.parametrize(("after", "advised"), [(("replicas", 1), ["orphaned-volumes"]), (("replica", 8), [])])
def test_volumes_of_pods_that_go_are_advised_where_they_are_meant_to_go_and_not_where_a_field_is_misspelt(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    after: tuple[str, int],
    advised: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    commit = Committed.at(tmp_path)
    commit({"db.yaml": DATABASE % ("replicas", 3)})
    commit({"db.yaml": DATABASE % after})
    told = WeighedChange.of(capfd).said["advice"]
    assert [each["kind"] for each in told if each["saves"]] == advised
