"""Whether processes that a test has to do with are still at work."""

from __future__ import annotations

from pathlib import Path


def is_running(pid: int) -> bool:
    """False for a process that is gone, and for one that only waits to be buried."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
