"""The wheel holds everything that a run needs."""

import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


def test_the_wheel_holds_verilog_tables_and_notices(tmp_path: Path) -> None:
    # A copy: building leaves folders beside the sources.
    source = tmp_path / "source"
    source.mkdir()
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True, cwd=REPOSITORY,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, files):
        if (REPOSITORY / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((REPOSITORY / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps",
         "--wheel-dir", str(tmp_path), str(source)],
        check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("gatewatt-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    verilog = {
        f"characterize/{p.relative_to(REPOSITORY)}" for p in (REPOSITORY / "rtl").rglob("*.v")
    }
    python = {
        str(p.relative_to(REPOSITORY))
        for package in ("sim", "characterize")
        for p in (REPOSITORY / package).rglob("*.py")
    }
    shipped = {
        f"characterize/libraries/{name}"
        for library in ("asap7", "sky130hd")
        for name in (f"{library}.toml", f"{library}.LICENSE", f"settings/{library}.toml")
    }
    wanted = verilog | python | shipped | {"characterize/rtl/units.toml", "sim/py.typed"}
    wanted |= {"sim/data/digits.npz", "sim/data/digits.toml", "sim/data/resnet_cifar10.toml"}
    wanted |= {"sim/results/models.json"}
    assert wanted <= names, sorted(wanted - names)
    # Its power models are all of the results that it has.
    assert {name for name in names if "/results/" in name} == {"sim/results/models.json"}
    assert wheel.stat().st_size < 3e6
    notices = {name.split("/licenses/")[-1] for name in names if "/licenses/" in name}
    assert notices == {
        "LICENSE",
        "characterize/libraries/asap7.LICENSE",
        "characterize/libraries/sky130hd.LICENSE",
    }
    assert not any(name.startswith(("tests", "rtl/", "results")) for name in names)
