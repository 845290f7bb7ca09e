"""Which cases a sweep has: fewer with --quick, more with --full, with the same settings."""

from dataclasses import replace

from characterize.case import Case
from characterize.sweep import FULL, QUICK, Choice
from characterize.units import Registry


def keys(cases: list[Case]) -> set[tuple[str, str, str, int, int, str]]:
    return {
        (c.unit.name, c.library, c.stimulus.name, c.stimulus.seed, c.vectors, c.delay_model)
        for c in cases
    }


def test_quick_is_a_part_of_default_and_that_of_full(registry: Registry) -> None:
    default = keys(Choice().cases(registry.select()))
    quick = keys(QUICK.cases(registry.select(which="quick")))
    full = keys(FULL.cases(registry.select()))
    assert quick < default < full
    assert len(default) == 2 * 2 * (543 + 405)
    assert len(full) == 4 * 3 * 2 * 543


def test_sky130hd_has_the_square_widths_unless_all_are_asked_for(registry: Registry) -> None:
    units = [registry.unit(f"multiplier_array_x{x}s_w{w}s") for x, w in ((3, 3), (3, 5))]
    found = keys(Choice().cases(units))
    assert {(unit, library) for unit, library, *_ in found} == {
        ("multiplier_array_x3s_w3s", "asap7"),
        ("multiplier_array_x3s_w5s", "asap7"),
        ("multiplier_array_x3s_w3s", "sky130hd"),
    }
    everything = keys(replace(Choice(), every_width=True).cases(units))
    assert ("multiplier_array_x3s_w5s", "sky130hd") in {key[:2] for key in everything}


def test_a_step_belongs_to_library_delays_only(registry: Registry) -> None:
    units = [registry.unit("adder_ripple_x2u_y2u")]
    steps = {case.delay_model: case.step_ps for case in replace(FULL, step_ps=0.5).cases(units)}
    assert steps == {"zero": None, "unit": None, "library": 0.5}


def test_a_stimulus_named_twice_is_measured_once(registry: Registry) -> None:
    choice = Choice(stimuli=("uniform", "default", "sparse(0.5)"), delay_models=("zero",))
    names = [case.stimulus.name for case in choice.cases([registry.unit("adder_ripple_x2u_y2u")])]
    assert names == 2 * ["uniform", "relu", "sparse(0.5)"]
