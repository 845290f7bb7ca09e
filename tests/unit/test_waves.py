"""Toggles of made-up signals, counted by eye."""

import itertools
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.simulators import waves
from characterize.simulators.waves import Watch, count_toggles

START, PERIOD = 100, 10
Signal = Sequence[tuple[int, int | str]]


def dump_text(signals: Mapping[str, Signal]) -> str:
    """A VCD file of single-bit nets, each in its scope, beside a vector and a keyword."""
    codes = {path: f"!{chr(33 + index)}" for index, path in enumerate(signals)}
    lines = ["$timescale 1ps $end", "$scope module top $end", "$var wire 8 $ bus [7:0] $end"]
    for path, code in codes.items():
        scope, name = path.split(".")
        lines += [f"$scope module {scope} $end", f"$var wire 1 {code} {name} $end", "$upscope $end"]
    lines += ["$upscope $end", "$enddefinitions $end", "#0", "$dumpvars", "bxxxxxxxx $"]
    changes = sorted(
        ((time, value, codes[path]) for path, signal in signals.items() for time, value in signal),
        key=lambda change: change[0],
    )
    now = 0
    for time, value, code in changes:
        if time != now:
            lines.append(f"#{time}")
            now = time
        lines.append(f"{value}{code}")
    return "\n".join([*lines, "b00000001 $", "$end", "#1000", ""])


def counted(
    signals: Mapping[str, Signal], *watches: Watch
) -> list[tuple[list[list[int]], list[int]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "nets.vcd")
        path.write_text(dump_text(signals))
        found = count_toggles(path, watches)
    return [(toggles.tolist(), ones.tolist()) for toggles, ones in found]


def count(signal: Signal, cycles: list[int]) -> tuple[list[list[int]], list[int]]:
    (found,) = counted({"u.n0": signal}, Watch("top.u", 1, START, PERIOD, np.array(cycles)))
    return found


def test_each_change_counts_in_the_cycle_in_which_it_happens() -> None:
    """Cycles begin at 100, 110, 120, 130; a change in that instant is the new cycle's."""
    signal = [(0, 0), (90, 1), (100, 0), (109, 1), (110, 0), (125, 1), (140, 0)]
    assert count(signal, [1, 1, 1, 1]) == ([[2], [1], [1], [0]], [3])
    assert count(signal, [2, 2]) == ([[3], [1]], [3])


def test_a_pulse_is_two_toggles_and_a_repeated_value_none() -> None:
    assert count([(0, 0), (102, 1), (103, 0), (105, 0), (112, 0)], [1, 1]) == ([[2], [0]], [0])


def test_ones_are_what_is_settled_at_the_end_of_each_cycle() -> None:
    """Not what a glitch shows, and not what the next edge brings."""
    assert count([(0, 0), (101, 1), (104, 0), (110, 1)], [1, 1]) == ([[2], [1]], [1])


@pytest.mark.parametrize("signal", [[(0, "x"), (101, 1)], [(0, 0), (105, "z")], [(101, 1)]])
def test_an_unknown_net_is_refused(signal: Signal) -> None:
    with pytest.raises(CharacterizeError, match=r"n0 is unknown"):
        count(signal, [1])


def test_unknown_before_the_count_is_allowed() -> None:
    assert count([(0, "x"), (50, 1)], [1]) == ([[0]], [1])


def test_many_nets_in_small_pieces_are_counted_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two instances with counts of their own; pieces end anywhere in a line."""
    monkeypatch.setattr(waves, "_PIECE_BYTES", 7)
    draw = random.Random(3)
    signals: dict[str, Signal] = {
        f"{scope}.n{net}": [
            (0, "x"),
            (10, draw.randint(0, 1)),
            *((time, draw.randint(0, 1)) for time in range(20, 200) if draw.random() < 0.4),
        ]
        for scope in "uv"
        for net in range(5)
    }
    watches = [
        Watch("top.u", 5, 40, 20, np.array([3, 4])),
        Watch("top.v", 5, 60, 10, np.array([2, 2, 2])),
    ]
    for watch, (toggles, ones) in zip(watches, counted(signals, *watches), strict=True):
        edges = watch.start + watch.period * np.cumsum([0, *watch.cycles])
        for net in range(5):
            signal = signals[f"{watch.scope[-1]}.n{net}"]
            levels = [(t, v) for k, (t, v) in enumerate(signal) if k and signal[k - 1][1] != v]
            for block, (low, high) in enumerate(itertools.pairwise(edges)):
                assert toggles[block][net] == sum(low <= t < high for t, _ in levels)
            ends = range(edges[0] + watch.period, edges[-1] + 1, watch.period)
            settled = [[v for t, v in signal if t < end][-1] for end in ends]
            assert ones[net] == sum(int(v) for v in settled)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a whole wave dump"),
        ("$scope module top $end", "not a whole wave dump"),
        ("$enddefinitions $end\n#0\n", "n0 is missing in the wave dump"),
        (dump_text({"u.n0": [(0, 0), (104, 1)]})[:-3], "it ends at 104, before its last cycle"),
    ],
)
def test_a_dump_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "nets.vcd"
    path.write_text(text)
    with pytest.raises(CharacterizeError, match=message):
        count_toggles(path, [Watch("top.u", 1, START, PERIOD, np.array([1]))])


def test_a_clock_that_two_instances_share_counts_for_each_in_its_own_time(tmp_path: Path) -> None:
    """One identifier in two scopes, twice in the second; the nets beside it do not."""
    path = tmp_path / "nets.vcd"
    path.write_text(
        "$scope module u $end $var wire 1 ! n0 $end $var wire 1 # n1 $end $upscope $end\n"
        "$scope module v $end $var wire 1 ! n0 $end $var wire 1 ! n1 $end $upscope $end\n"
        "$enddefinitions $end\n#0\n0!\n1#\n"
        + "".join(f"#{time}\n{time // 5 % 2}!\n" for time in range(5, 200, 5))
    )
    watches = [
        Watch("u", 2, 105, 10, np.array([2, 1])),
        Watch("v", 2, 25, 10, np.array([4])),
    ]
    u, v = count_toggles(path, watches)
    assert u[0].tolist() == [[4, 0], [2, 0]]
    assert v[0].tolist() == [[8, 8]]
    assert (u[1].tolist(), v[1].tolist()) == ([0, 3], [0, 0])
