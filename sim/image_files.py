"""Folders of images, one a class, in zip files or not.

Decoded images are kept in the user's cache, under a hash of the files' sizes and times.
"""

import hashlib
import io
import logging
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from sim.errors import SimError
from sim.files import cache_folder, read_npz, write_bytes

_log = logging.getLogger(__name__)
Images = npt.NDArray[np.uint8]
_MOST_BYTES, _MOST_PIXELS = 1 << 28, 1 << 24  # of one image
_IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")


def read_images(root: Path) -> tuple[Images, Images, tuple[str, ...]]:
    """Images by class, in zip files or not.

    Parameters
    ----------
    root
        A folder with one folder a class, itself or in its zip files.

    Returns
    -------
    images, labels
        uint8, of shapes (N, H, W, 3) and (N,).
    classes
        Names of the classes, in alphabetical order.

    Raises
    ------
    SimError
        If there are none, of different sizes, or one that cannot be read.
    """
    files = sorted(path for path in root.rglob("*") if path.is_file())
    stamp = [f"{p.relative_to(root)} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in files]
    key = hashlib.sha256("\n".join(stamp).encode()).hexdigest()
    cached = cache_folder() / "images" / f"{key}.npz"
    if cached.is_file():
        try:
            kept = read_npz(cached)
            classes = tuple(str(name) for name in kept["classes"])
            return kept["images"], kept["labels"], classes
        except (SimError, KeyError) as error:
            _log.warning("%s; not a whole cache entry, made again", error)
    decoded = [
        (name, label, _decoded(name, content)) for label, name, content in _image_files(files)
    ]
    if not decoded:
        raise SimError(f"{root}: no images ({', '.join(_IMAGE_SUFFIXES)}) in folders of classes")
    decoded.sort(key=lambda item: (item[1], item[0]))
    shapes = {image.shape for _, _, image in decoded}
    if len(shapes) != 1:
        raise SimError(f"{root}: images of different sizes: {', '.join(map(str, sorted(shapes)))}")
    classes = tuple(sorted({label for _, label, _ in decoded}))
    images = np.stack([image for _, _, image in decoded])
    labels = np.array([classes.index(label) for _, label, _ in decoded], dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez(buffer, images=images, labels=labels, classes=np.array(classes))
    try:
        write_bytes(cached, buffer.getvalue())
    except SimError as error:
        _log.warning("%s; going on without keeping decoded images", error)
    return images, labels, classes


def _image_files(files: list[Path]) -> Iterator[tuple[str, str, bytes]]:
    """Class, name and content of each image; the class is the name of its folder."""
    for path in files:
        if path.suffix.lower() == ".zip":
            try:
                with zipfile.ZipFile(path) as archive:
                    for entry in archive.infolist():
                        name = entry.filename
                        if entry.file_size > _MOST_BYTES:
                            raise ValueError(f"{name} unpacks to {entry.file_size} bytes")
                        if name.lower().endswith(_IMAGE_SUFFIXES):
                            yield Path(name).parent.name, Path(name).name, archive.read(entry)
            # Of strange archives: packed otherwise, encrypted, cut off.
            except (OSError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
                raise SimError(f"{path}: cannot read it: {error}") from error
        elif path.suffix.lower() in _IMAGE_SUFFIXES:
            yield path.parent.name, path.name, path.read_bytes()


def _decoded(name: str, content: bytes) -> Images:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise ValueError(f"it has {image.width} x {image.height} pixels")
            return np.asarray(image.convert("RGB"), dtype=np.uint8)
    # Its decoders have errors of many kinds.
    except (OSError, SyntaxError, ValueError, LookupError, struct.error, zlib.error,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # fmt: skip
        raise SimError(f"{name}: not an image that can be read: {error}") from error
