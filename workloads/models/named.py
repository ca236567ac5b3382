"""The AI models that a workload names: in variables, in ConfigMaps, in what starts its containers, in fields of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

from workloads.field import FieldPath, mapping, render, sequence, text
from workloads.manifest import Manifest
from workloads.models.config_map import ConfigMap
from workloads.models.kind import is_model_kind, served_by_kind
from workloads.models.name import LONGEST, MOST, STARTS, UNMISTAKABLE, ModelName, is_name
from workloads.models.server import started
from workloads.models.usage import AiUsage
from workloads.models.variable import names_address, names_model, says_ai, seller
from workloads.pod_place import pod_spec
from workloads.snapshots.snapshot import Snapshot, Target
from workloads.workload import PodGroup

_CONTAINERS = ("initContainers", "containers")


@dataclass(frozen=True, slots=True)
class Models:
    """What one workload says of AI models."""

    names: tuple[ModelName, ...] = ()
    """Each once."""
    notes: tuple[str, ...] = ()
    """What of its configuration could not be looked at."""


NO_MODELS = Models()


@dataclass(slots=True)
class _Found:
    """What was found so far."""

    names: list[ModelName] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def models(manifest: Manifest, groups: Sequence[PodGroup], namespace: str, snapshot: Snapshot, token_ratio: Decimal) -> Models:
    """The names of one workload, each once, and what of its configuration could not be looked at. Never raises.

    Most workloads name none, and cost a look at each variable's name.
    """
    found: _Found | None = None
    for group in groups:
        spec = mapping(group.template, "spec")
        for key in _CONTAINERS:
            for index, container in enumerate(sequence(spec, key)):
                if isinstance(container, dict) and _may_name(container):
                    found = found or _Found()
                    place: FieldPath = (*pod_spec(manifest.body, group.path), key, index)
                    _Container(container, place, namespace, snapshot, found).read()
        if snapshot.config_maps and "volumes" in spec:
            found = found or _Found()
            _mounted(spec, pod_spec(manifest.body, group.path), namespace, snapshot, found)
    if is_model_kind(manifest.group, manifest.kind):
        found = found or _Found()
        for name, path, published in served_by_kind(manifest.group, manifest.kind, manifest.body):
            if is_name(name, said=True):
                found.names.append(ModelName(name, path, render(path), served=True, published=published))
    return _each_once(found, token_ratio) if found is not None else NO_MODELS


def observed_usage(manifest: Manifest, namespace: str, snapshot: Snapshot) -> tuple[AiUsage, ...]:
    """What an object was seen to use of AI models behind an API, where somebody looked."""
    observed = snapshot.observed
    if not observed.ai_tokens:
        return ()
    seen = observed.ai_tokens.get(Target(manifest.group, manifest.kind, namespace, manifest.name), ())
    return tuple(replace(usage, observed=observed.on) for usage in seen)


def _each_once(found: _Found, token_ratio: Decimal) -> Models:
    served = {(each.name if each.published else ""): each for each in found.names if each.served}
    kept: dict[tuple[str, bool], ModelName] = {}
    for each in found.names:
        # A server that is told a file's path as well as the published name runs one model.
        if not each.served or each.published or len(served) == 1:
            kept.setdefault((each.name, each.served), replace(each, token_ratio=token_ratio))
    return Models(tuple(kept.values())[:MOST], tuple(dict.fromkeys(found.notes))[:MOST])


def _may_name(container: Mapping[str, object]) -> bool:
    """Whether a container may name a model: the one look that every container of every workload gets."""
    for variable in sequence(container, "env"):
        if isinstance(variable, dict):
            name, value = variable.get("name"), variable.get("value")
            if isinstance(name, str) and names_model(name):
                return True
            if isinstance(value, str) and value[:3] in STARTS and value.startswith(UNMISTAKABLE):
                return True
    return "envFrom" in container or "args" in container or "command" in container or "/nim/" in text(container, "image")


@dataclass(slots=True)
class _Container:
    """One container, and what it is read into."""

    container: Mapping[str, object]
    path: FieldPath
    namespace: str
    snapshot: Snapshot
    found: _Found
    variables: dict[str, str] = field(default_factory=dict)
    """Its environment, as far as it is known."""
    stated: list[tuple[str, str, FieldPath, str]] = field(default_factory=list)
    """Variables that may name a model: name, value, the field, and where the value comes from."""

    def read(self) -> None:
        """Takes in what the container names."""
        for index, source in enumerate(sequence(self.container, "envFrom")):
            self._all_of(source, (*self.path, "envFrom", index))
        for index, variable in enumerate(sequence(self.container, "env")):
            self._variable(variable, (*self.path, "env", index))
        where = f"container {text(self.container, 'name') or self.path[-1]}"
        address = next((value for name, value in self.variables.items() if names_address(name)), "")[:LONGEST]
        words = [*sequence(self.container, "command"), *sequence(self.container, "args")]
        key = "args" if "args" in self.container else "command"
        started_by = [*started(text(self.container, "image"), words, self.variables)]
        # What serves a model says in its variables which, and calls none.
        for name, value, path, origin in () if any(each.served for each in started_by) else self.stated:
            self.found.names += _of_variable(name, value, path, f"{name} in {where}{origin}", address)
        for each in started_by:
            if is_name(each.name, said=each.served):
                path = (*self.path, "image" if each.by == "image" else key)
                told = f"{each.by} in {where}"
                self.found.names.append(
                    ModelName(each.name, path, told, each.served, each.published, address="" if each.served else address)
                )

    def _all_of(self, source: object, path: FieldPath) -> None:
        name = text(source, "configMapRef", "name")
        known = _config_map(name, self.namespace, self.snapshot) if name else None
        if known is None:
            return
        self.found.notes += [f"ConfigMap {name}: {words}" for words in known.notes]
        for key in known.suggested:
            variable = f"{text(source, 'prefix')}{key}"
            self.variables[variable] = known.values[key]
            self.stated.append((variable, known.values[key], path, f" from ConfigMap {name}"))

    def _variable(self, variable: object, path: FieldPath) -> None:
        name, value = text(variable, "name"), text(variable, "value")
        origin = ""
        if not value:
            reference = mapping(variable, "valueFrom", "configMapKeyRef")
            if not reference or not name:
                return
            config_map, key = text(reference, "name"), text(reference, "key")
            known = _config_map(config_map, self.namespace, self.snapshot)
            if known is None:
                if says_ai(name) and names_model(name):
                    self.found.notes.append(
                        f"the model of {name[:60]} is not known: ConfigMap {config_map[:60]} is not among the objects read"
                    )
                return
            value, origin = known.values.get(key, ""), f" from ConfigMap {config_map}"
        if len(value) <= LONGEST:
            self.variables[name] = value
            if names_model(name) or value.startswith(UNMISTAKABLE):
                self.stated.append((name, value, path, origin))


def _of_variable(name: str, value: str, path: FieldPath, where: str, address: str) -> Iterator[ModelName]:
    """The models of one variable; several may be set apart by commas."""
    said = says_ai(name)
    for part in value.split(",")[:MOST]:
        if is_name(part.strip(), said=said):
            yield ModelName(part.strip(), path, where, seller=seller(name) if names_model(name) else "", address=address)


def _config_map(name: str, namespace: str, snapshot: Snapshot) -> ConfigMap | None:
    for place in (namespace, ""):
        known = snapshot.config_maps.get(Target("", "ConfigMap", place, name))
        if known is not None:
            return known
    return None


def _mounted(spec: Mapping[str, object], path: FieldPath, namespace: str, snapshot: Snapshot, found: _Found) -> None:
    """What the ConfigMaps say that a pod mounts: a gateway's models, lines that set a model, keys that name one."""
    for index, volume in enumerate(sequence(spec, "volumes")):
        projected = (text(source, "configMap", "name") for source in sequence(volume, "projected", "sources"))
        for name in filter(None, chain((text(volume, "configMap", "name"),), projected)):
            known = _config_map(name, namespace, snapshot)
            if known is None:
                continue
            place: FieldPath = (*path, "volumes", index)
            found.notes += [f"ConfigMap {name}: {words}" for words in known.notes]
            for entry in known.gateway:
                if is_name(entry.model, said=True):
                    where = f"model_list of ConfigMap {name}"
                    found.names.append(ModelName(entry.model, place, where, address=entry.address))
            for key, value in (*known.settings, *((key, known.values[key]) for key in known.suggested)):
                found.names += _of_variable(key, value, place, f"{key} of ConfigMap {name}", "")
