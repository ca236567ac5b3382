"""One Kubernetes object as it was written, and where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from workloads.field import FieldPath, mapping, text
from workloads.quick_dataclass import quick_dataclass

if TYPE_CHECKING:
    from workloads.rendering.single_change import SingleChange

LOCAL_GROUPS: Final = frozenset({"kustomize.config.k8s.io", "helm.sh", "jsonnet.org"})
"""Groups of what stands for files of a repository that are rendered: no cluster has such objects, and no rule is about them."""


class Identity(NamedTuple):
    """What makes two texts the same object: a change is found by comparing objects of one identity.

    The version is not part of it: ``apps/v1`` and ``apps/v1beta1`` name one Deployment.
    """

    cluster: str
    group: str
    kind: str
    namespace: str
    name: str


@quick_dataclass(frozen=True, slots=True)
class Origin:
    """Where an object was read: enough to find the line of any of its fields later, without keeping the lines of all."""

    file: str
    """Path as given, ``-`` for standard input."""
    document: int = 0
    """Zero-based index of the document in its file."""
    line: int = 1
    """1-based line on which the object starts."""
    path: FieldPath = ()
    """Where the object stands inside its document: ``("items", 2)`` in a List."""
    source: bytes = field(default=b"", repr=False, compare=False)
    """The file's bytes, shared by all its objects, parsed again only when a field has to be located."""
    start: int = field(default=1, compare=False)
    """1-based line from which the object's document can be parsed by itself."""
    root: str = field(default="", compare=False)
    """Folder of the kustomization or chart that was rendered; ``file`` is then the file that the object was made of. Empty for an
    object that is as it was written."""
    variant: str = field(default="", compare=False)
    """Which of several renderings of that folder it is of; empty where there is one."""
    asked: str = field(default="", compare=False)
    """File of the object that asked for the rendering, such as an Application; empty where the folder itself did."""
    cluster: str = field(default="", compare=False)
    """Name of the cluster that the object is for, where something says so; else paths decide."""
    unpruned: str = field(default="", compare=False, repr=False)
    """Why it goes on running when its source no longer has it; empty where it is taken away, or nobody knows."""
    single_change: SingleChange | None = field(default=None, compare=False, repr=False)
    """Of a rendered object, the one file in which both sides of a change render it differently; None where it is not one."""

    @property
    def lined(self) -> bool:
        """Whether ``line`` is a line of ``file``: where in a template a rendered object stands, nobody tells."""
        return not self.root or bool(self.source)

    @property
    def rendering(self) -> str:
        """From what it was rendered and for whom: ``rendered from charts/web (Application argocd/web) for cluster prod: ``.

        Empty for an object that is as it was written.
        """
        if not self.root:
            return ""
        folder = "the top folder" if self.root == "." else self.root
        variant = f" ({self.variant})" if self.variant else ""
        return f"rendered from {folder}{variant}{f' for cluster {self.cluster}' if self.cluster else ''}: "


@quick_dataclass(frozen=True, slots=True)
class Manifest:
    """One object with the four things that name it. ``body`` is the whole object and is never changed."""

    api_version: str
    kind: str
    namespace: str
    """Empty where the text states none."""
    name: str
    """``metadata.name``, else ``metadata.generateName``, else empty."""
    body: Mapping[str, object] = field(repr=False)
    origin: Origin | None = None
    """None for an object that came from an API."""
    unrendered: str | None = None
    """Of an object that stands for others: why those are not known, empty where they were rendered and are weighed themselves.
    None for any other."""
    size: int | None = field(default=None, compare=False)
    """Bytes of the text that it stood in; None where nobody counted them, or where few may say much: YAML with aliases."""

    @classmethod
    def of(cls, body: Mapping[str, object], origin: Origin | None = None, size: int | None = None) -> Manifest:
        """The manifest of an object read from YAML, JSON or an API."""
        metadata = mapping(body, "metadata")
        name = text(metadata, "name") or text(metadata, "generateName")
        return cls(text(body, "apiVersion"), text(body, "kind"), text(metadata, "namespace"), name, body, origin, None, size)

    @property
    def group(self) -> str:
        """The API group; empty for the core group."""
        return self.api_version.rpartition("/")[0]

    def identity(self, cluster: str = "") -> Identity:
        """The object's identity in a cluster."""
        return Identity(cluster, self.group, self.kind, self.namespace, self.name)

    @property
    def called(self) -> str:
        """The name; of an object that states none, that it has none: nothing that is shown is empty."""
        return self.name.strip() or "(no name)"

    @property
    def title(self) -> str:
        """``namespace/name``, or the name alone where no namespace is stated: how people call it."""
        return f"{self.namespace}/{self.called}" if self.namespace else self.called
