"""Parameters out of range fail elaboration."""

import subprocess

import pytest

from characterize.simulators.icarus import Icarus
from characterize.units import Registry


def _elaborate(
    registry: Registry, entry: str, parameters: dict[str, int]
) -> subprocess.CompletedProcess[str]:
    spec = registry.entries[entry]
    top = spec.table["top"]
    # `-P` overrides parameters of the top module.
    values = [f"-P{top}.{name}={value}" for name, value in parameters.items()]
    return subprocess.run(
        ["iverilog", "-g2005", "-Wall", "-t", "null", "-s", top, *values, *map(str, spec.files)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("icarus")
def test_every_range_is_guarded(registry: Registry) -> None:
    tried = 0
    for name, entry in registry.entries.items():
        legal = dict(next(entry.units("default")).parameters)
        assert _elaborate(registry, name, legal).returncode == 0
        for parameter, values in entry.parameter_ranges.items():
            if len(values) == 1:  # fixed by the entry: it chooses a structure
                continue
            for bad in (values.start - 1, values.stop):
                run = _elaborate(registry, name, legal | {parameter: bad})
                assert run.returncode != 0, f"{name} accepts {parameter} = {bad}"
                assert "ERROR_" in run.stderr
                tried += 1
    assert tried >= 2 * len(registry.entries)


def test_fixture_is_the_referee(icarus: Icarus) -> None:
    assert icarus.name == "icarus"
    assert int(icarus.version.split(".")[0]) >= 11
