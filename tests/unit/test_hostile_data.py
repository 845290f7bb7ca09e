"""Arrays, images and networks of anybody: bombs, strange types, files that are none."""

import gzip
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from characterize.errors import CharacterizeError
from characterize.liberty_file import read_liberty
from characterize.models.file import read_models
from sim import datasets, files, image_files
from sim.architectures import build, load_network
from sim.errors import SimError
from sim.floats import BatchNorm, FloatConv2d, FloatLinear
from sim.network import Network, Node
from sim.patches import window_counts
from sim.power_models import PowerModels


def npy(header: str, data: bytes = b"") -> bytes:
    """An array's file with any header."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def npz(folder: Path, name: str, content: bytes) -> Path:
    path = folder / "x.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': 'none', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 'x'}",
        "__import__('os').getcwd()",
        "(" * 400,
        "",
    ],
)
def test_arrays_that_are_none_are_one_line(tmp_path: Path, header: str) -> None:
    path = npz(tmp_path, "x.npy", npy(header, b"\x80\x04N." * 4))
    with pytest.raises(SimError, match=r"x\.npz: not a NumPy .npz file"):
        files.read_npz(path)


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(SimError, match="allow_pickle=False"):
        files.read_npz(path)


def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MOST_BYTES", 1 << 20)
    path = npz(tmp_path, "x.npy", bytes(2 << 20))
    with pytest.raises(SimError, match="it unpacks to"):
        files.read_npz(path)
    packed = tmp_path / "x.lib"
    packed.write_bytes(gzip.compress(b"library (x) {" + bytes(2 << 20)))
    with pytest.raises(CharacterizeError, match="unpacks to more than"):
        read_liberty(packed)
    assert files.read_packed(path)[0] == path.read_bytes()


def test_a_broken_stream_in_gzip_is_one_line(tmp_path: Path) -> None:
    content = bytearray(gzip.compress(bytes(range(256)) * 40, mtime=0))
    content[14] ^= 0xFF
    for prefix in ("train", "t10k"):
        (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(SimError, match=r"t10k-images-idx3-ubyte.gz: broken gzip file"):
        datasets.load(str(tmp_path), "test")


def png(width: int, height: int) -> bytes:
    """A picture of nothing that says how large it is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data)
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(100_000, 100_000), "a.png: not an image that can be read"),
        (png(8_000, 8_000), "it has 8000 x 8000 pixels"),
        (png(4, 4), "a.png: not an image that can be read"),
        (b"\x89PNG\r\n\x1a\n", "a.png: not an image that can be read"),
    ],
)
def test_pictures_that_are_bombs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "images" / "class"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(content)
    with pytest.raises(SimError, match=words):
        image_files.read_images(tmp_path / "images")


def test_archives_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    folder = tmp_path / "images"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("../../class/a.png", buffer.getvalue())
    images, _, classes = image_files.read_images(folder)
    assert (images.shape, classes) == ((1, 4, 4, 3), ("class",))
    monkeypatch.setattr(image_files, "_MOST_BYTES", 10)
    with zipfile.ZipFile(folder / "a.zip", "a") as archive:
        archive.writestr("class/b.png", buffer.getvalue())
    with pytest.raises(SimError, match=r"a\.zip: cannot read it: .*unpacks to"):
        image_files.read_images(folder)
    assert not (tmp_path / "class").exists()


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", '{"schema": 1, "models": 3}', "\xff", "{}"])
def test_models_that_are_none_are_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "models.json").write_text(text, encoding="latin-1")
    with pytest.raises(SimError, match=r"models\.json: "):
        PowerModels.load(tmp_path / "models.json")
    with pytest.raises(CharacterizeError, match=r"models\.json: "):
        read_models(tmp_path)


@pytest.mark.parametrize("entry", [3, [], {}, {"kind": "width_table", "parts": 3}, None, "x",
                                   {"kind": "operand_statistics", "features": 3}])  # fmt: skip
def test_a_model_that_is_none_is_one_line(tmp_path: Path, entry: object) -> None:
    path = tmp_path / "models.json"
    path.write_text(json.dumps({"schema": "gatewatt-models/1.0", "models": [entry]}))
    with pytest.raises(SimError, match="model 0 is not whole"):
        PowerModels.load(path)


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ({"op": "maxpool", "kernel": 0}, "kernels and strides are at least 1"),
        ({"op": "maxpool", "stride": -1}, "kernels and strides are at least 1"),
        ({"op": "maxpool", "padding": -5}, "kernels and strides are at least 1"),
        ({"op": "maxpool", "kernel": float("inf")}, "kernel is one number, or two in brackets"),
        ({"op": "relu", "inputs": [["x"]]}, "inputs is a list of names"),
        ({"op": "flatten", "inputs": []}, "takes no 0 inputs"),
        (3, "a layer is a table"),
    ],
)
def test_architectures_of_strange_numbers(layers: object, words: str) -> None:
    description = {"architecture": "layers", "input": [8, 8, 1], "layer": [layers]}
    with pytest.raises(SimError, match=words):
        build(description, {})


def test_windows_never_leave_the_image() -> None:
    """What `as_strided` would show otherwise is other memory."""
    for kernel, stride, padding in (
        ((0, 1), (1, 1), (0, 0)), ((1, 1), (0, 1), (0, 0)), ((1, 1), (1, -1), (0, 0)),
        ((1, 1), (1, 1), (-1, 0)),
    ):  # fmt: skip
        with pytest.raises(SimError, match="kernels and strides are at least 1"):
            window_counts((4, 4), kernel, stride, padding)


def test_biases_and_statistics_fit_their_layer() -> None:
    weight, wrong = np.zeros((4, 2, 3, 3), np.float32), np.zeros(3, np.float32)
    one, four = np.ones(1, np.float32), np.ones(4, np.float32)
    for layer, words in (
        (FloatConv2d(weight, wrong), r"a bias of shape \(3,\) for 4 outputs"),
        (FloatConv2d(weight, groups=3), "do not go into 3 groups"),
        (FloatConv2d(weight[0]), "do not go into 1 groups"),
        (BatchNorm(one, four, one, one), "1 statistics for 2 channels"),
    ):
        with pytest.raises(SimError, match=words):
            Network([Node("x", layer, ("input",))], (6, 6, 2))
    with pytest.raises(SimError, match=r"a bias of shape \(3,\) for 4 outputs"):
        Network([Node("x", FloatLinear(weight[:, 0, 0, :2], wrong), ("input",))], (2,))


def test_weights_that_are_no_archive(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(b"PK\x03\x04" + bytes(40))
    (tmp_path / "a.toml").write_text('architecture = "layers"\ninput = [2]\n')
    with pytest.raises(SimError, match=r"w\.npz: not a NumPy .npz file"):
        load_network(tmp_path / "w.npz", tmp_path / "a.toml")
