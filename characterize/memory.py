"""Memory that is used again and again: pages that the system makes anew cost more than sums."""

import ctypes
from functools import cache

# Of glibc's mallopt, see malloc.h. Arrays up to the first size come from memory that is
# kept when they go, up to the second in all.
_MMAP_THRESHOLD, _TRIM_THRESHOLD = -3, -1
_LARGEST_KEPT, _MOST_KEPT = 32 << 20, 128 << 20


@cache
def keep_freed_memory() -> bool:
    """Let the C library keep freed arrays for the next ones, in this process.

    A sweep makes and frees arrays of the same sizes all the time. Without this a fifth
    of its processor time went into pages of zeros.

    Returns
    -------
    bool
        Whether the C library can do that.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wanted = (_MMAP_THRESHOLD, _LARGEST_KEPT), (_TRIM_THRESHOLD, _MOST_KEPT)
    done = [mallopt(option, value) for option, value in wanted]
    return all(done)
