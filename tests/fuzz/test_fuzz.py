"""The fuzzer: it finds what is planted, and some inputs of each format do no harm."""

import contextlib
import os
import random
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from sim.errors import SimError
from tests.fuzz import run
from tests.fuzz.mutate import mutated

pytest.importorskip("onnx")
FEW = 40


@pytest.mark.parametrize("name", list(run.FORMATS))
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of forks beside threads
def test_some_inputs_of_each_format_do_no_harm(name: str) -> None:
    found = run.fuzz(name, FEW, seed=3)
    assert found.failures == {}
    assert sum(found.outcomes.values()) == FEW
    assert 0 < found.outcomes["refused"] < FEW


@pytest.mark.parametrize("name", list(run.FORMATS))
def test_an_input_is_known_by_its_seed_and_number(name: str) -> None:
    target = run.FORMATS[name]()
    first, again, other = (run.made(target, name, 5, number) for number in (8, 8, 9))
    assert first == again
    assert first != other


def test_changes_keep_something_and_change_something() -> None:
    seeds = (b'a { b : 1.5; c ("x, y"); }\n' * 20,)
    chance = random.Random(1)
    texts = [mutated(chance, seeds) for _ in range(300)]
    assert sum(text != seeds[0] for text in texts) > 250
    assert sum(b'c ("x, y")' in text for text in texts) > 200
    assert len({len(text) for text in texts}) > 50


def _hang(_: Path) -> str:
    try:
        time.sleep(30)
    except Exception:
        time.sleep(30)
    return "slept"


def _leave(folder: Path) -> str:
    with contextlib.suppress(BaseException):  # nor must this
        (folder.parent / "fuzzed").write_text("x")
    return "wrote"


def _start(_: Path) -> str:
    subprocess.run(["true"], check=True)
    return "started"


def _evaluate(_: Path) -> str:
    return str(eval("1 + 1"))


def _fill(_: Path) -> str:
    return str(np.ones(1 << 31).sum())


def _end(_: Path) -> str:
    os._exit(3)


def _break(_: Path) -> str:
    raise KeyError("x")


def _say(_: Path) -> str:
    raise SimError("")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_hang, "HangError"), (_leave, "ForbiddenError"), (_start, "ForbiddenError"),
        (_evaluate, "ForbiddenError"), (_fill, "MemoryError"), (_end, "ended with status"),
        (_break, "KeyError"), (_say, "a message of several lines, or none"),
    ],
)  # fmt: skip
def test_harm_is_noticed(
    harm: Callable[[Path], str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Planted:
        def make(self, chance: random.Random) -> Mapping[str, bytes]:
            return {"x": b"harm" if chance.random() < 0.5 else b"none"}

        def read(self, folder: Path, files: Mapping[str, bytes]) -> str:
            if os.environ.get("GATEWATT_CACHE") and files["x"] == b"harm" and watched:
                return harm(folder)
            (folder / "out" / "mine").write_text("this may be written")
            raise CharacterizeError("one line")

    watched = False
    monkeypatch.setitem(run.FORMATS, "planted", Planted)
    target = Planted()
    inputs = [run.made(target, "planted", 1, number)["x"] for number in range(6)]
    assert 0 < inputs.count(b"harm") < 6
    watched = True
    monkeypatch.setattr(run, "_warm", lambda *_: None)
    found = run.fuzz("planted", 6, seed=1, seconds=0.5)
    assert sorted(found.failures) == [n for n, text in enumerate(inputs) if text == b"harm"]
    assert all(words in message for message in found.failures.values()), found.failures
    assert found.reasons == {"one line": inputs.count(b"none")}
