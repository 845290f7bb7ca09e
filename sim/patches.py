"""Convolutions as matrix products: windows of images laid out as rows.

Tensors have the channels last: images (N, H, W, C), features (N, C). A window's row runs
over the kernel's rows, its columns, then the channels: that is the order in which a MAC
meets the operands of a dot product.
"""

import numpy as np
import numpy.typing as npt

from sim.errors import SimError

Array = npt.NDArray[np.number]
Pair = tuple[int, int]


def window_counts(size: Pair, kernel: Pair, stride: Pair, padding: Pair) -> Pair:
    """How many windows fit, down and across.

    Raises
    ------
    SimError
        If none fits.
    """
    # A view of windows is not held to the image's memory: nothing else may reach it.
    if min(kernel) < 1 or min(stride) < 1 or min(padding) < 0:
        raise SimError(
            f"a kernel of {kernel[0]} x {kernel[1]} with stride {stride[0]} x {stride[1]} and "
            f"padding {padding[0]} x {padding[1]}: kernels and strides are at least 1, padding 0"
        )
    down, across = (
        (extent + 2 * pad - width) // step + 1
        for extent, width, step, pad in zip(size, kernel, stride, padding, strict=True)
    )
    if min(down, across) < 1:
        raise SimError(
            f"a kernel of {kernel[0]} x {kernel[1]} does not fit into "
            f"{size[0]} x {size[1]} with padding {padding[0]} x {padding[1]}"
        )
    return down, across


def pad(x: Array, padding: Pair, value: Array | float) -> Array:
    """Images with a border of `value` (one number, or one a channel); shape (N, H+, W+, C)."""
    if padding == (0, 0):
        return x
    down, across = padding
    count, height, width, channels = x.shape
    framed = np.empty((count, height + 2 * down, width + 2 * across, channels), dtype=x.dtype)
    framed[:, :down] = framed[:, height + down :] = value
    framed[:, :, :across] = framed[:, :, width + across :] = value
    framed[:, down : height + down, across : width + across] = x
    return framed


def windows(x: Array, kernel: Pair, stride: Pair) -> Array:
    """A view of every window, shape (N, down, across, kernel rows, kernel columns, C)."""
    count, height, width, channels = x.shape
    down, across = window_counts((height, width), kernel, stride, (0, 0))
    n, h, w, c = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (count, down, across, *kernel, channels),
        (n, h * stride[0], w * stride[1], h, w, c),
        writeable=False,
    )


def rows_of_windows(x: Array, kernel: Pair, stride: Pair, dtype: npt.DTypeLike) -> Array:
    """Windows as the rows of a matrix, shape (N * down * across, kernel rows * columns * C)."""
    view = windows(x, kernel, stride)
    depth = kernel[0] * kernel[1] * x.shape[3]
    return view.astype(dtype, order="C").reshape(-1, depth)
