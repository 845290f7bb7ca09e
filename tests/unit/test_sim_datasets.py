"""Data sets, written in each of their formats and read back; and what is refused."""

import gzip
import io
import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sim import datasets, image_files
from sim.errors import SimError
from sim.patches import Array

random = np.random.default_rng(2)


def test_digits_are_apart() -> None:
    train, test = (datasets.load("digits", split) for split in datasets.SPLITS)
    assert (len(train), len(test)) == (1297, 500)
    assert train.images.shape[1:] == (8, 8, 1)
    assert max(train.images.max(), test.images.max()) == train.levels == 16
    assert set(train.labels.tolist()) == set(range(10))


def _idx(values: Array) -> bytes:
    head = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return head + values.astype(np.uint8).tobytes()


@pytest.mark.parametrize("packed", [True, False])
def test_idx_files(tmp_path: Path, packed: bool) -> None:
    images = random.integers(0, 256, (7, 5, 4), dtype=np.uint8)
    labels = random.integers(0, 10, 7, dtype=np.uint8)
    for prefix in ("train", "t10k"):
        for name, values in (("images-idx3", images), ("labels-idx1", labels)):
            content = _idx(values)
            path = tmp_path / f"{prefix}-{name}-ubyte{'.gz' if packed else ''}"
            path.write_bytes(gzip.compress(content) if packed else content)
    found = datasets.load(str(tmp_path), "test")
    assert np.array_equal(found.images[..., 0], images)
    assert np.array_equal(found.labels, labels)
    assert "7 training and 7 test images, 5 x 4 x 1" in datasets.describe(str(tmp_path))
    labels_file = tmp_path / f"t10k-labels-idx1-ubyte{'.gz' if packed else ''}"
    labels_file.write_bytes(labels_file.read_bytes()[:-3])
    with pytest.raises(SimError, match="broken gzip file" if packed else r"its header says \(7,\)"):
        datasets.load(str(tmp_path), "test")
    labels_file.unlink()
    with pytest.raises(SimError, match="t10k-labels-idx1-ubyte is missing"):
        datasets.load(str(tmp_path), "test")


def test_cifar_batches(tmp_path: Path) -> None:
    records = random.integers(0, 10, (6, 3073), dtype=np.uint8)
    records[:, 1:] = random.integers(0, 256, (6, 3072))
    for name in [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]:
        (tmp_path / name).write_bytes(records.tobytes())
    train, test = (datasets.load(str(tmp_path), split) for split in datasets.SPLITS)
    assert (len(train), len(test)) == (30, 6)
    assert test.labels.tolist() == records[:, 0].tolist()
    # Planes of red, green, blue; rows of pixels.
    assert test.images[2, 3, 5].tolist() == [
        int(records[2, 1 + c * 1024 + 3 * 32 + 5]) for c in range(3)
    ]
    (tmp_path / "test_batch.bin").write_bytes(records.tobytes()[:-1])
    with pytest.raises(SimError, match="not records of 3073 bytes"):
        datasets.load(str(tmp_path), "test")


def _png(image: Array) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(image, dtype=np.uint8)).save(buffer, format="png")
    return buffer.getvalue()


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, dict[tuple[str, str], Any]]:
    """Two classes, of each split a part in a zip file and a part not."""
    drawn: dict[tuple[str, str], Any] = {}
    for split in datasets.SPLITS:
        root = tmp_path / "pets" / split
        (root / "dog").mkdir(parents=True)
        with zipfile.ZipFile(root / "part.zip", "w") as archive:
            for kind, name in (("cat", "b.png"), ("cat", "a.png"), ("dog", "d.png")):
                drawn[split, name] = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
                archive.writestr(f"{kind}/{name}", _png(drawn[split, name]))
        drawn[split, "c.png"] = random.integers(0, 256, (4, 4, 3), dtype=np.uint8)
        (root / "dog" / "c.png").write_bytes(_png(drawn[split, "c.png"]))
    return tmp_path / "pets", drawn


def test_folders_of_images_and_their_cache(
    pictures: tuple[Path, dict[tuple[str, str], Any]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder, drawn = pictures
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    for _ in range(2):
        found = datasets.load(str(folder), "test")
        assert found.classes == ("cat", "dog")
        assert found.labels.tolist() == [0, 0, 1, 1]
        for image, name in zip(found.images, ("a.png", "b.png", "c.png", "d.png"), strict=True):
            assert np.array_equal(image, drawn["test", name])
        # The second time the pictures themselves are not read.
        monkeypatch.setattr(image_files, "_decoded", None)
    monkeypatch.undo()
    monkeypatch.setenv("GATEWATT_CACHE", str(tmp_path / "cache"))
    (entry,) = (tmp_path / "cache" / "images").iterdir()
    entry.write_bytes(entry.read_bytes()[:50])
    assert len(datasets.load(str(folder), "test")) == 4
    assert "not a whole cache entry, made again" in caplog.text
    changed = folder / "test" / "dog" / "c.png"
    changed.write_bytes(_png(np.zeros((4, 4, 3))))
    os.utime(changed, ns=(1, 1))
    assert not datasets.load(str(folder), "test").images[2].any()
    changed.write_bytes(b"no image")
    with pytest.raises(SimError, match=r"c.png: not an image that can be read"):
        datasets.load(str(folder), "test")
    changed.write_bytes(_png(np.zeros((5, 4, 3))))
    with pytest.raises(SimError, match="images of different sizes"):
        datasets.load(str(folder), "test")


def test_npz_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    arrays: dict[str, Any] = {
        "train_images": random.integers(0, 256, (9, 3, 3), dtype=np.uint8),
        "train_labels": np.arange(9) % 3,
    }
    np.savez(path, **arrays)
    found = datasets.load(str(path), "train")
    assert np.array_equal(found.images[..., 0], arrays["train_images"])
    assert found.classes == ("0", "1", "2")
    with pytest.raises(SimError, match="has no array 'test_images', only train_images"):
        datasets.load(str(path), "test")
    np.savez(path, train_images=np.zeros((2, 3, 3)), train_labels=np.zeros(2, int))
    with pytest.raises(SimError, match="images must be uint8"):
        datasets.load(str(path), "train")
    np.savez(path, train_images=np.zeros((2, 3, 3), np.uint8), train_labels=np.zeros(3, int))
    with pytest.raises(SimError, match="2 images and 3 labels"):
        datasets.load(str(path), "train")
    path.write_text("hello")
    with pytest.raises(SimError, match=r"not a NumPy .npz file"):
        datasets.load(str(path), "train")


def test_what_is_no_data_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimError, match="there is no data set 'nowhere': give digits, or the path"):
        datasets.load("nowhere", "test")
    with pytest.raises(SimError, match="unknown split 'all': known are train, test"):
        datasets.load("digits", "all")
    with pytest.raises(SimError, match=r"neither MNIST .* nor CIFAR-10 .* nor folders"):
        datasets.load(str(tmp_path), "test")
    with pytest.raises(SimError, match="digits test has 500 images: 400 to 599 are not among them"):
        datasets.load("digits", "test").part(400, 200)


def test_an_order_is_the_same_for_the_same_seed() -> None:
    test = datasets.load("digits", "test")
    first, again, other = test.shuffled(1), test.shuffled(1), test.shuffled(2)
    assert np.array_equal(first.labels, again.labels)
    assert not np.array_equal(first.labels, other.labels)
    assert sorted(first.labels.tolist()) == sorted(test.labels.tolist())


def test_cifar_in_zip_files_is_whole(data: Path) -> None:
    found = datasets.load(str(data / "datasets" / "cifar10_jpeg"), "test")
    assert found.images.shape == (10_000, 32, 32, 3)
    assert np.bincount(found.labels).tolist() == [1000] * 10
    assert found.classes[0] == "airplane"
