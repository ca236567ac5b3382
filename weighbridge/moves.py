"""Objects that a change moves from one part of a cluster to another: the same before and after, not removed and new."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from weighbridge.clusters import ByCluster
from workloads.copies import key_of
from workloads.manifest import Manifest
from workloads.settings.configuration import ClusterSettings

Cluster = ClusterSettings | None
_Homes = dict[Hashable, dict[Cluster, list[Manifest]]]
"""By whole cluster and object, the parts that have it."""


def followed(earlier: ByCluster, later: ByCluster) -> ByCluster:
    """The earlier side with each object in the part of its cluster that a change moves it to. Linear but for copies of one."""
    if not any(cluster is not None and cluster.part_of is not None for cluster in (*earlier, *later)):
        return earlier
    old, new = _homes(earlier), _homes(later)
    moved: dict[int, Cluster] = {}
    for key, places in old.items():
        come = [cluster for cluster in new.get(key, {}) if cluster not in places]
        for cluster in [each for each in places if come and each not in new[key]]:
            if come:
                target = _likeliest(places[cluster], come, new[key])
                come.remove(target)
                moved |= {id(manifest): target for manifest in places[cluster]}
    found: ByCluster = {}
    for cluster, manifests in earlier.items():
        for manifest in manifests:
            found.setdefault(moved.get(id(manifest), cluster), []).append(manifest)
    return found


def _likeliest(objects: Sequence[Manifest], come: Sequence[Cluster], there: dict[Cluster, list[Manifest]]) -> Cluster:
    """The part that has an object as it was, else one whose name ends alike, else the first."""
    same = (each for each in come if there[each][0].body == objects[0].body)
    return next(same, None) or next((each for each in come if _file(there[each]) == _file(objects)), come[0])


def _file(objects: Sequence[Manifest]) -> str:
    """The folder and the name of an object's file, without where the folder stands."""
    origin = objects[0].origin
    return "/".join(origin.file.split("/")[-2:]) if origin else ""


def _homes(side: ByCluster) -> _Homes:
    found: _Homes = {}
    for cluster, manifests in side.items():
        whole = cluster.whole if cluster is not None else ""
        for manifest in manifests:
            found.setdefault((whole, key_of(manifest)), {}).setdefault(cluster, []).append(manifest)
    return found
