"""The machine, described and not named."""

import os
import platform
import re
from pathlib import Path

from characterize.simulators.bitparallel.binding import levels


def processor() -> str:
    """Model of the processor, as the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.is_file() and (found := re.search(r"model name\s*:\s*(.+)", info.read_text())):
        return found[1].strip()
    return platform.processor() or platform.machine()


def description() -> dict[str, object]:
    """Processor, cores, instruction sets, memory in GB, and what runs on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "simd": list(levels()),
        "memory_gb": round(memory / 1e9, 1),
        "system": platform.system(),
        "python": platform.python_version(),
    }
