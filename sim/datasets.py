"""Labelled images, as unsigned integers with the channels last.

    digits      1,797 digits of 8 x 8 pixels, 0 to 16, that scikit-learn ships
    mnist       a folder with the four IDX files, plain or .gz
    cifar10     a folder with the binary batches (data_batch_1.bin, ..., test_batch.bin)
    images      folders train/ and test/ with one folder a class, in zip files or not
    npz         arrays train_images, train_labels, test_images, test_labels

Sources: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
Learning Repository 1998; Y. LeCun, C. Cortes, C. Burges, The MNIST database; A. Krizhevsky,
Learning Multiple Layers of Features from Tiny Images, 2009.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.errors import SimError
from sim.files import read_npz, read_packed
from sim.formats import IntArray
from sim.image_files import Images, read_images

SPLITS = ("train", "test")
_DIGITS_TRAINED = 1297  # the first ones; the last 500 are the test
_MOST_CLASSES = 1_000_000
_CIFAR_RECORD = 1 + 3 * 32 * 32


@dataclass(frozen=True, eq=False, slots=True)
class Dataset:
    """Images and their classes.

    Attributes
    ----------
    name
        Of the set and its split, `digits test`.
    images
        uint8, shape (N, H, W, C).
    labels
        int64, shape (N,).
    levels
        The largest pixel that the format has.
    classes
        Names of the classes, in the order of the labels.
    """

    name: str
    images: Images
    labels: IntArray
    levels: int
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.images)

    def part(self, first: int, count: int | None = None) -> "Dataset":
        """Consecutive images.

        Raises
        ------
        SimError
            If there are not that many.
        """
        last = len(self) if count is None else first + count
        if not 0 <= first < last <= len(self):
            raise SimError(
                f"{self.name} has {len(self)} images: {first} to {last - 1} are not among them"
            )
        return Dataset(
            self.name, self.images[first:last], self.labels[first:last], self.levels, self.classes
        )

    def shuffled(self, seed: int) -> "Dataset":
        """The same images in another order, the same for the same seed."""
        order = np.random.Generator(np.random.PCG64(seed)).permutation(len(self))
        return Dataset(self.name, self.images[order], self.labels[order], self.levels, self.classes)


def load(source: str, split: str) -> Dataset:
    """A data set by name or by path.

    Parameters
    ----------
    source
        `digits`, a folder, or an `.npz` file; what a folder holds is seen from its files.
    split
        `train` or `test`.

    Raises
    ------
    SimError
        If there is no such data, or what is there cannot be read.
    """
    if split not in SPLITS:
        raise SimError(f"unknown split '{split}': known are {', '.join(SPLITS)}")
    if source == "digits":
        return _digits(split)
    path = Path(source)
    if not path.exists():
        raise SimError(
            f"there is no data set '{source}': give digits, or the path of a folder or .npz file"
        )
    if path.is_file():
        return _npz(path, split)
    return _reader(path)(path, split)


def _reader(path: Path) -> Callable[[Path, str], Dataset]:
    """What reads a folder."""
    names = {entry.name for entry in path.iterdir()}
    if any(name.startswith("t10k-images") for name in names):
        return _mnist
    if "test_batch.bin" in names:
        return _cifar
    if set(SPLITS) <= names:
        return _folders
    raise SimError(
        f"{path}: neither MNIST (IDX files) nor CIFAR-10 (data_batch_1.bin, ...) nor folders "
        "train and test of images"
    )


def describe(source: str) -> str:
    """One line on a data set: what it is, how many images of which shape."""
    train, test = (load(source, split) for split in SPLITS)
    kind = (
        "digits"
        if source == "digits"
        else "npz"
        if Path(source).is_file()
        else (_reader(Path(source)).__name__.lstrip("_"))
    )
    height, width, channels = test.images.shape[1:]
    return (
        f"{kind}: {len(train)} training and {len(test)} test images, {height} x {width} x "
        f"{channels}, 0 to {test.levels}, {len(test.classes)} classes"
    )


def _digits(split: str) -> Dataset:
    from sklearn.datasets import load_digits  # noqa: PLC0415 - slow to import

    pixels, labels = load_digits(return_X_y=True)
    part = slice(None, _DIGITS_TRAINED) if split == "train" else slice(_DIGITS_TRAINED, None)
    images = np.asarray(pixels[part], dtype=np.uint8).reshape(-1, 8, 8, 1)
    classes = tuple(str(digit) for digit in range(10))
    return Dataset(f"digits {split}", images, labels[part].astype(np.int64), 16, classes)


def _mnist(folder: Path, split: str) -> Dataset:
    prefix = "train" if split == "train" else "t10k"
    images = _idx(folder, f"{prefix}-images-idx3-ubyte", 3)
    labels = _idx(folder, f"{prefix}-labels-idx1-ubyte", 1)
    return _dataset(folder, split, images[..., None], labels, tuple(map(str, range(10))))


def _idx(folder: Path, name: str, dimensions: int) -> Images:
    """An array in the IDX format: magic, dimensions, bytes."""
    found = [folder / f"{name}{suffix}" for suffix in ("", ".gz")]
    path = next((path for path in found if path.is_file()), None)
    if path is None:
        raise SimError(f"{folder}: {name} is missing (plain or .gz)")
    _, content = read_packed(path)
    header = 4 + 4 * dimensions
    if len(content) < header or content[:4] != bytes([0, 0, 8, dimensions]):
        raise SimError(f"{path}: not an IDX file of bytes in {dimensions} dimensions")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    values = np.frombuffer(content, dtype=np.uint8, offset=header)
    if values.size != prod(shape):
        raise SimError(f"{path}: has {values.size} bytes, its header says {shape}")
    return values.reshape(shape)


def _cifar(folder: Path, split: str) -> Dataset:
    names = [f"data_batch_{i}.bin" for i in range(1, 6)] if split == "train" else ["test_batch.bin"]
    records = []
    for name in names:
        _, content = read_packed(folder / name)
        if not content or len(content) % _CIFAR_RECORD:
            raise SimError(f"{folder / name}: not records of {_CIFAR_RECORD} bytes")
        records.append(np.frombuffer(content, dtype=np.uint8).reshape(-1, _CIFAR_RECORD))
    both = np.concatenate(records)
    images = both[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    path = folder / "batches.meta.txt"
    classes = (
        tuple(path.read_text(encoding="utf-8", errors="replace").split())
        if path.is_file()
        else tuple(map(str, range(10)))
    )
    return _dataset(folder, split, np.ascontiguousarray(images), both[:, 0], classes)


def _npz(path: Path, split: str) -> Dataset:
    wanted = (f"{split}_images", f"{split}_labels")
    arrays = read_npz(path)
    for name in wanted:
        if name not in arrays:
            raise SimError(f"{path}: has no array '{name}', only {', '.join(arrays)}")
    images, labels = (arrays[name] for name in wanted)
    images = images[..., None] if images.ndim == 3 else images
    if images.dtype != np.uint8 or images.ndim != 4:
        raise SimError(
            f"{path}: images must be uint8 of shape (N, H, W, C), they are {images.dtype} "
            f"of shape {images.shape}"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or labels.max(initial=0) > _MOST_CLASSES:
        raise SimError(
            f"{path}: labels must be whole numbers from 0 to {_MOST_CLASSES} of shape (N,), they "
            f"are {labels.dtype} of shape {labels.shape}"
        )
    classes = tuple(str(i) for i in range(int(labels.max(initial=0)) + 1))
    return _dataset(path, split, images, labels, classes)


def _folders(folder: Path, split: str) -> Dataset:
    return _dataset(folder, split, *read_images(folder / split))


def _dataset(
    path: Path,
    split: str,
    images: Images,
    labels: npt.NDArray[np.integer],
    classes: tuple[str, ...],
) -> Dataset:
    if len(images) != len(labels) or not len(images):
        raise SimError(f"{path}: {len(images)} images and {len(labels)} labels ({split})")
    if labels.min() < 0 or labels.max() >= len(classes):
        raise SimError(
            f"{path}: labels from {labels.min()} to {labels.max()}, but there are "
            f"{len(classes)} classes"
        )
    return Dataset(f"{path.name} {split}", images, labels.astype(np.int64), 255, classes)
