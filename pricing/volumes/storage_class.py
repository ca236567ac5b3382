"""What provisions a volume: the StorageClass itself, a class that a cloud's clusters come with, or the cloud's default.

A VolumeAttributesClass is laid over the class's parameters, as the driver does (KEP-3751).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from workloads.workload import VolumeClaim

EBS = "ebs.csi.aws.com"
PERSISTENT_DISK = "pd.csi.storage.gke.io"
AZURE_DISK = "disk.csi.azure.com"
AZURE_FILE = "file.csi.azure.com"
FILESTORE = "filestore.csi.storage.gke.io"
BLOB = "blob.csi.azure.com"

_CLOUDS = {
    EBS: "aws",
    "kubernetes.io/aws-ebs": "aws",
    "efs.csi.aws.com": "aws",
    PERSISTENT_DISK: "gcp",
    "kubernetes.io/gce-pd": "gcp",
    FILESTORE: "gcp",
    "gcsfuse.csi.storage.gke.io": "gcp",
    "fsx.csi.aws.com": "aws",
    "fsx.openzfs.csi.aws.com": "aws",
    "s3.csi.aws.com": "aws",
    BLOB: "azure",
    AZURE_DISK: "azure",
    AZURE_FILE: "azure",
    "kubernetes.io/azure-disk": "azure",
    "kubernetes.io/azure-file": "azure",
}

_ON_NODES = frozenset(
    (
        "kubernetes.io/no-provisioner",
        "kubernetes.io/host-path",
        "k8s.io/minikube-hostpath",
        "microk8s.io/hostpath",
        "docker.io/hostpath",
        "rancher.io/local-path",
        "openebs.io/local",
        "local.csi.openebs.io",
        "topolvm.io",
        "zfs.csi.openebs.io",
    )
)
"""Provisioners of volumes on the node's own disk, or of none: what they take is paid with the node."""

_SAME_DISKS = {"ebs.csi.eks.amazonaws.com": EBS}
"""Drivers that sell another driver's disks: EKS Auto Mode brings its own build of the EBS driver."""


@dataclass(frozen=True, slots=True)
class Provision:
    """Who provisions a volume, with which parameters, and how that is known."""

    cloud: str
    """Empty where the provisioner belongs to no cloud that is known."""
    provisioner: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    because: str = ""
    assumption: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the VolumeAttributesClass; they come before ``parameters``."""
    doubt: str = ""
    """Why not all parameters are known, in words; empty where they are."""

    @property
    def chosen(self) -> Mapping[str, str]:
        """All parameters, by the name in lower case, which drivers do not tell from another."""
        stated = (*self.parameters.items(), *self.attributes.items())
        return {str(key).lower(): value for key, value in stated}

    @property
    def layers(self) -> tuple[Mapping[str, str], ...]:
        """The parameters of each class, the one that counts first, by the name in lower case."""
        both = (self.attributes, self.parameters)
        return tuple({str(key).lower(): str(value) for key, value in layer.items()} for layer in both)

    @property
    def on_node(self) -> bool:
        """Whether its volumes are on the disk of a node that is paid anyway."""
        return self.provisioner in _ON_NODES


_BUILT_IN = {
    ("aws", "gp2"): Provision("aws", "kubernetes.io/aws-ebs", {"type": "gp2"}, "EKS's class gp2"),
    ("aws", "gp3"): Provision("aws", EBS, {"type": "gp3"}, "EBS's type gp3"),
    ("gcp", "standard"): Provision("gcp", "kubernetes.io/gce-pd", {"type": "pd-standard"}, "GKE's class standard"),
    ("gcp", "standard-rwo"): Provision("gcp", PERSISTENT_DISK, {"type": "pd-balanced"}, "GKE's class standard-rwo"),
    ("gcp", "premium-rwo"): Provision("gcp", PERSISTENT_DISK, {"type": "pd-ssd"}, "GKE's class premium-rwo"),
    **{
        ("gcp", name): Provision("gcp", FILESTORE, {"tier": tier}, f"GKE's class {name}")
        for name, tier in (
            ("standard-rwx", "standard"),
            ("premium-rwx", "premium"),
            ("enterprise-rwx", "enterprise"),
            ("zonal-rwx", "zonal"),
        )
    },
    **{
        ("azure", name): Provision("azure", BLOB, {"skuName": sku}, f"AKS's class {name}")
        for name, sku in (
            ("azureblob-nfs-premium", "Premium_LRS"),
            ("azureblob-fuse-premium", "Premium_LRS"),
        )
    },
    **{
        ("azure", name): Provision("azure", provisioner, {"skuName": sku}, f"AKS's class {name}")
        for name, provisioner, sku in (
            ("default", AZURE_DISK, "StandardSSD_LRS"),
            ("managed", AZURE_DISK, "StandardSSD_LRS"),
            ("managed-csi", AZURE_DISK, "StandardSSD_LRS"),
            ("managed-premium", AZURE_DISK, "Premium_LRS"),
            ("managed-csi-premium", AZURE_DISK, "Premium_LRS"),
            ("azurefile", AZURE_FILE, "Standard_LRS"),
            ("azurefile-csi", AZURE_FILE, "Standard_LRS"),
            ("azurefile-premium", AZURE_FILE, "Premium_LRS"),
            ("azurefile-csi-premium", AZURE_FILE, "Premium_LRS"),
        )
    },
}
"""Classes that EKS, GKE and AKS clusters come with, by cloud and name (the providers' storage pages)."""

_ANYWHERE = {name: cloud for cloud, name in _BUILT_IN if name not in {"standard", "default", "managed"}}
"""Names that tell the cloud; the three left out are common elsewhere."""

_DEFAULTS = {
    "aws": Provision(
        "aws", EBS, {"type": "gp3"}, assumption="no storageClassName: gp3, the EBS driver's default (assume.storageClass)"
    ),
    "gcp": Provision(
        "gcp",
        PERSISTENT_DISK,
        {"type": "pd-balanced"},
        assumption="no storageClassName: pd-balanced, GKE's default (assume.storageClass)",
    ),
    "azure": Provision(
        "azure",
        AZURE_DISK,
        {"skuName": "StandardSSD_LRS"},
        assumption="no storageClassName: StandardSSD, AKS's default (assume.storageClass)",
    ),
}


def provision(claim: VolumeClaim, cloud: str) -> Provision | None:
    """What provisions a claim in a cloud; None where its class is stated but not known.

    The class itself decides; else a name that a cloud's clusters come with; else, where no class is stated, the cloud's default,
    which is an assumption.
    """
    found = _by_class(claim, cloud)
    return found if found is None or not claim.attributes_class else _with_attributes(found, claim)


def _with_attributes(found: Provision, claim: VolumeClaim) -> Provision:
    """What a VolumeAttributesClass changes: the driver refuses one that is of another driver."""
    name, attributes = claim.attributes_class, claim.attributes
    if attributes is None:
        words = f"VolumeAttributesClass {name} is not known: the type, IOPS and throughput that it asks for are not counted"
        return replace(found, doubt=words)
    if _SAME_DISKS.get(attributes.driver, attributes.driver) != found.provisioner:
        words = f"VolumeAttributesClass {name} is of driver {attributes.driver or 'none'}, the volume of {found.provisioner}"
        return replace(found, doubt=words)
    because = f"{found.because} and VolumeAttributesClass {name}" if found.because else f"VolumeAttributesClass {name}"
    return replace(found, attributes=attributes.parameters, because=because)


def _by_class(claim: VolumeClaim, cloud: str) -> Provision | None:
    if claim.definition:
        provisioner = _SAME_DISKS.get(claim.definition.provisioner, claim.definition.provisioner)
        because = f"StorageClass {claim.definition.name}" if claim.definition.name else ""
        return Provision(_CLOUDS.get(provisioner, ""), provisioner, claim.definition.parameters, because)
    if claim.storage_class:
        return _BUILT_IN.get((cloud, claim.storage_class)) or _BUILT_IN.get(
            (_ANYWHERE.get(claim.storage_class, ""), claim.storage_class)
        )
    return _DEFAULTS.get(cloud)


def cloud_of(claim: VolumeClaim) -> str:
    """The cloud that a claim's class belongs to; empty where it tells none."""
    if claim.definition:
        return _CLOUDS.get(_SAME_DISKS.get(claim.definition.provisioner, claim.definition.provisioner), "")
    return _ANYWHERE.get(claim.storage_class, "")
