"""Fits of rates as a drawing: the fitted price of every machine against the listed one, by cloud."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pricing.fits.fit import Fit, Miss, median_error
from pricing.locality import USUAL_REGIONS
from pricing.machines.family import GPU

SIDE = 4.0
"""Inches of a cloud's square."""
GPU_CLOUDS = "GPU clouds"
"""Those that sell GPUs and little else have few machines each: one drawing for all."""


def draw(fits: Sequence[Fit], path: Path) -> None:
    """Write the drawing, as SVG or PNG by the name of the file; the same fits give the same bytes."""
    clouds: dict[str, list[Fit]] = {}
    for fit in fits:
        clouds.setdefault(fit.cloud if fit.cloud in USUAL_REGIONS else GPU_CLOUDS, []).append(fit)
    figure = Figure(figsize=(SIDE * len(clouds), SIDE), layout="constrained")
    for number, (name, several) in enumerate(clouds.items(), 1):
        _draw_cloud(figure.add_subplot(1, len(clouds), number), name, several)
    with mpl.rc_context({"svg.hashsalt": "weighbridge"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {"Software": None})


def _draw_cloud(axes: Axes, cloud: str, fits: Sequence[Fit]) -> None:
    families = [miss for fit in fits if fit.family != GPU for miss in fit.misses]
    gpus = [miss for fit in fits if fit.family == GPU for miss in fit.misses]
    for several, label, colour in ((families, "CPU and memory", "tab:blue"), (gpus, "GPU machines", "tab:orange")):
        if several:
            _points(axes, several, f"{label}, median error {median_error(several) * 100:.1f} %", colour)
    prices = [miss.sample.price for miss in (*families, *gpus)]
    axes.plot([min(prices), max(prices)], [min(prices), max(prices)], color="black", linewidth=0.6)
    axes.set(xscale="log", yscale="log", title=cloud, xlabel="listed, USD an hour", ylabel="fitted, USD an hour")
    axes.legend(loc="upper left", fontsize="x-small")


def _points(axes: Axes, several: Sequence[Miss], label: str, colour: str) -> None:
    listed, fitted = [miss.sample.price for miss in several], [miss.fitted for miss in several]
    axes.scatter(listed, fitted, s=4, alpha=0.5, linewidths=0, color=colour, label=label, rasterized=True)
