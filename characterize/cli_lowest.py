"""The command line of the lowest energy at a loss: `python -m characterize lowest`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from characterize import options as gate_options
from characterize.cache import Cache
from characterize.errors import CharacterizeError
from characterize.figures.lowest import lowest_energy
from characterize.files import write_bytes
from characterize.network.lowest import (
    BASELINE,
    CONTENDERS,
    Contender,
    Finalist,
    best_unit,
    energies_of,
    measured,
    rows,
)
from characterize.network.lowest_table import LOWEST
from sim import options
from sim.accuracy import accuracy
from sim.charges import measured_flips
from sim.corrections import VARIANTS, corrected
from sim.patches import Array
from sim.quantize import quantize
from sim.schemes import Widths
from sim.searching.frontier import Frontier, Judged
from sim.sources import Source, named
from sim.stored_schemes import scheme_from
from sim.structures import structures_of
from sim.sums import SUMS, with_sums

_KINDS = ("split", "pann", "mixed", "signed", "signmag")
_POINTS = (0.5, 1.0, 2.0)
_TRAINED = "pann, trained"
_PANN, _PRICED = "pann", "pann, priced"


def lowest(
    net: Annotated[
        str, typer.Argument(help="digits (shipped), or weights (.npz) of a float network.")
    ] = "digits",
    data: options.Data = "digits",
    architecture: options.Architecture = None,
    loss: Annotated[
        list[float] | None, typer.Option(min=0, help="Points that may be lost; 0.5, 1 and 2.")
    ] = None,
    scheme: Annotated[
        list[str] | None, typer.Option(help=f"Kinds of numbers; {', '.join(_KINDS)}.")
    ] = None,
    trained: Annotated[
        list[Path] | None,
        typer.Option(help="Weights that `python -m sim finetune` trained; several."),
    ] = None,
    control: Annotated[Path | None, typer.Option(help="Weights of their float control.")] = None,
    priced: Annotated[
        bool, typer.Option(help="Whether PANN's weights are also rounded by what values cost.")
    ] = True,
    library: Annotated[
        list[str] | None, typer.Option(help="Shipped libraries, or cell tables; both.")
    ] = None,
    delays: gate_options.Delay = "library",
    sums: Annotated[
        list[str] | None, typer.Option(help=f"Bits of sums: {', '.join(SUMS)}; all.")
    ] = None,
    images: Annotated[int, typer.Option(min=1, help="Test images at the gates.")] = 1,
    validation: Annotated[int, typer.Option(min=1, help="Training images that choose.")] = 2000,
    calibration: Annotated[
        int, typer.Option(min=1, help="Training images that every kind is quantized with.")
    ] = 256,
    accuracy_images: Annotated[
        int | None, typer.Option(min=1, help="Test images whose classes are counted; all.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Folder of the networks of least energy, as QONNX.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of the table and of figures/.")] = Path(
        "results"
    ),
    cache: gate_options.CacheFolder = None,
) -> None:
    """Measure the lowest energy of each kind of numbers that loses no more than some points.

    Finished networks and images are kept: the same command goes on where it was interrupted.
    """
    kinds = scheme or list(_KINDS)
    unknown = [kind for kind in kinds if kind not in CONTENDERS]
    if unknown:
        raise CharacterizeError(f"unknown scheme '{unknown[0]}': known are {', '.join(CONTENDERS)}")
    if sums and not set(sums) <= set(SUMS):
        raise CharacterizeError(f"unknown sums {', '.join(sums)}: known are {', '.join(SUMS)}")
    if trained and control is None:
        raise CharacterizeError("trained networks are held against their float control: --control")
    source = named(net, architecture, data, calibration=calibration, validation=validation)
    if source.quantized_already:
        raise CharacterizeError(f"{net} is quantized already: take a float network")
    work = _Work(source, list(loss or _POINTS), kinds, accuracy_images, jobs)
    finalists = [*work.baseline(), *work.chosen(), *work.trained(trained or [], control)]
    kept = gate_options.chosen_cache(cache)
    seen = source.test.part(0, images).images
    libraries = library or ["asap7", "sky130hd"]
    units = _units(finalists, work, libraries[0], delays, seen, kept)
    if priced and _PANN in units:
        finalists += work.priced(finalists, units[_PANN], libraries[0], delays, seen, kept)
        units[_PRICED] = units[_PANN]
    given = {
        "network": source.name, "dataset": source.test.name, "loss_images": validation,
        "accuracy_images": len(work.test),
    }  # fmt: skip
    made: list[dict[str, Any]] = []
    for row in rows(finalists, units, libraries, delays, seen, given, kept, jobs,
                    sums or SUMS):  # fmt: skip
        made.append(row)
        LOWEST.replace(pd.DataFrame(made), out)
        _say(f"{row['scheme']} {row['points'] or ''} {row['library']} sums {row['sums']}: "
             f"{row['energy_fj_per_mac']:.2f} fJ, {row['accuracy']:.2f} %")  # fmt: skip
    print(f"{len(made)} rows: {LOWEST.path(out)}")
    figure = out / "figures" / f"{LOWEST.name}.svg"
    write_bytes(figure, lowest_energy(LOWEST.read(out)))
    print(f"figure: {figure}")
    for line in summary(pd.DataFrame(made)):
        print(line)
    if export is not None:
        for finalist in finalists:
            if finalist.name in units:
                _export(finalist, units[finalist.name], source, export)


def _units(
    finalists: list[Finalist], work: "_Work", library: str, delays: str, images: Array,
    cache: Cache,
) -> dict[str, Contender]:  # fmt: skip
    """Of each kind the unit that takes least at the loss in the middle."""
    middle = work.points[len(work.points) // 2]
    units = {BASELINE: Contender("mac_array")}
    for finalist in sorted(
        (f for f in finalists if f.points is not None),
        key=lambda f: abs((f.points or 0) - middle),
    ):
        if finalist.name not in units:
            found = best_unit(finalist, library, delays, images, cache, work.jobs, _say)
            if found is not None:
                units[finalist.name] = found
    return units


class _Work:
    """What the command does before the gates."""

    def __init__(
        self, source: Source, points: list[float], kinds: list[str], images: int | None, jobs: int
    ) -> None:
        self._source, self.points, self._kinds, self.jobs = source, sorted(points), kinds, jobs
        self.test = source.test if images is None else source.test.part(0, images)
        self._frontier = Frontier(source, jobs, advance=_report)
        self._float = accuracy(source.network, self.test, jobs)
        self._accuracies: dict[object, float] = {}

    def baseline(self) -> Iterator[Finalist]:
        """8-bit signed numbers in all layers, with the same corrections."""
        scheme = replace(corrected("signed", Widths(8, 8), "all"), **VARIANTS[0])
        network = self._frontier.network(scheme)
        judged = accuracy(network, self._source.validation_images, self.jobs)
        yield Finalist(
            BASELINE, None, network, scheme, 72.0, self._frontier.float_accuracy - judged,
            accuracy(network, self.test, self.jobs), self._float,
        )  # fmt: skip

    def chosen(self) -> Iterator[Finalist]:
        """Of every kind at every loss."""
        for kind in self._kinds:
            for points in self.points:
                found = self._frontier.within(kind, points)
                if found is None:
                    _say(f"{kind}: no network loses {points:g} points or less")
                    continue
                network = self._frontier.network(found.scheme)
                if found.scheme not in self._accuracies:
                    self._accuracies[found.scheme] = accuracy(network, self.test, self.jobs)
                yield Finalist(kind, points, network, found.scheme, found.budget, found.loss,
                               self._accuracies[found.scheme], self._float)  # fmt: skip

    def priced(
        self, finalists: list[Finalist], unit: Contender, library: str, delays: str, images: Array,
        cache: Cache,
    ) -> Iterator[Finalist]:  # fmt: skip
        """Of PANN's networks with priced weights the one that takes least, at every loss."""
        for plain in [each for each in finalists if each.name == _PANN]:
            assert plain.points is not None
            energy_fj = energies_of(plain, unit, library, delays, images, cache)
            made = []
            for number, found in enumerate(self._frontier.priced(plain.points, energy_fj)):
                network = self._frontier.network(found.scheme)
                finalist = Finalist(_PRICED, plain.points, network, found.scheme, found.budget,
                                    found.loss, 0.0, self._float)  # fmt: skip
                row = measured(finalist, unit, library, delays, "32", images, cache, self.jobs)
                made.append((row["energy_nj_per_image"], number, finalist))
            if made:
                _, _, best = min(made, key=lambda each: each[:2])
                yield replace(best, accuracy=accuracy(best.network, self.test, self.jobs))

    def trained(self, files: list[Path], control: Path | None) -> Iterator[Finalist]:
        """Of trained networks the one of the smallest budget, at every loss."""
        if not files or control is None:
            return
        toml = self._source.files[1]
        validation = self._source.validation_images
        base = replace(self._source, weights=control, architecture=toml).network
        best, whole = (accuracy(base, data, self.jobs) for data in (validation, self.test))
        found = []
        for path in files:
            scheme = scheme_from(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
            start = replace(self._source, weights=path, architecture=toml)
            network = quantize(
                start.network, scheme, self._source.calibration_images.images, self.jobs
            )
            budget = measured_flips(network, scheme)
            loss = best - accuracy(network, validation, self.jobs)
            _say(f"{path.name}: loses {loss:.2f} points at {budget:.2f} bit flips")
            found.append((budget, path.name, loss, scheme, network))
        found.sort(key=lambda each: each[:2])
        for points in self.points:
            for budget, name, loss, scheme, network in found:
                if loss <= points:
                    if name not in self._accuracies:
                        self._accuracies[name] = accuracy(network, self.test, self.jobs)
                    yield Finalist(_TRAINED, points, network, scheme, budget, loss,
                                   self._accuracies[name], whole)  # fmt: skip
                    break


def summary(table: pd.DataFrame) -> Iterator[str]:
    """Which kind wins, by how much, and what the formula would have said."""
    baseline = table[table.scheme == BASELINE]
    base = dict(zip(baseline.library, baseline.energy_nj_per_image, strict=True))
    rest = table[table.scheme != BASELINE]
    for (library, points, sums), group in rest.groupby(["library", "points", "sums"]):
        ordered = group.sort_values("energy_nj_per_image")
        first = ordered.iloc[0]
        others = [
            f"{row.scheme} {row.energy_nj_per_image / first.energy_nj_per_image:.2f} times as much"
            for row in ordered.iloc[1:].itertuples()
        ]
        paper = group.sort_values("paper_flips").iloc[0]
        yield (
            f"{library}, {points:g} points, sums {sums}: {first.scheme} on {first.unit}, "
            f"{first.energy_nj_per_image:.4g} nJ, "
            f"{base[str(library)] / first.energy_nj_per_image:.2f} times less than the "
            f"baseline; {', '.join(others) or 'no other'}; "
            f"by bit flips {paper.scheme} ({paper.paper_flips:.2f})"
        )


def _export(finalist: Finalist, unit: Contender, source: Source, folder: Path) -> None:
    from sim.exporters.qonnx import write_qonnx  # noqa: PLC0415 - an extra

    points = "" if finalist.points is None else f"_{finalist.points:g}"
    # With the narrowest sums, which is how it takes least.
    structure = next(s for s in structures_of(finalist.scheme.kind) if s.entry == unit.entry)
    network = with_sums(finalist.network, structure, "safe")
    name = finalist.name.replace(", ", "_")
    path = folder / f"{source.name}_{name}{points}.onnx"
    write_qonnx(network, path, finalist.scheme.kind)
    print(f"network of integers: {path}")


def _report(judged: Judged) -> None:
    _say(f"{judged.scheme.kind} {judged.budget:.2f} bit flips: {judged.accuracy:.2f} %, "
         f"loses {judged.loss:.2f} points")  # fmt: skip


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
