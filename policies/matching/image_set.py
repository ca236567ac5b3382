"""Images by name or by the beginning of it, as a rule lists those that it exempts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ImageSet:
    """A set of images, compared as texts: ``app`` and ``docker.io/library/app`` are two."""

    exact: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    def __contains__(self, image: object) -> bool:
        return isinstance(image, str) and (image in self.exact or image.startswith(self.beginnings))


NO_IMAGES: Final = ImageSet()


def image_set(listed: Iterable[str]) -> ImageSet:
    """The images of a list in which a ``*`` at the end of a name stands for any rest."""
    several = tuple(listed)
    if not several:
        return NO_IMAGES
    return ImageSet(
        frozenset(each for each in several if not each.endswith("*")),
        tuple(each.removesuffix("*") for each in several if each.endswith("*")),
    )
