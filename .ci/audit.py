"""Known vulnerabilities of the locked dependencies: fails where one is found, says loudly what could not be looked up.

Exit codes: 0 none was found among those that could be looked up, 1 there are some, 2 pip-audit itself did not run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json",
               "--progress-spinner", "off", "--requirement", str(LOCK)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1][:300]
        print(f"audit: WARNING: NOTHING was audited, pip-audit did not run ({done.returncode}): {reason}",
              file=sys.stderr)
        return 2
    return report(found)


def report(found: list[dict]) -> int:
    """Print what was found; returns the exit code."""
    bad = [(package, vulnerability) for package in found for vulnerability in package.get("vulns", ())]
    unknown = [package["name"] for package in found if "skip_reason" in package]
    for package, vulnerability in bad:
        fixes = ", ".join(vulnerability["fix_versions"]) or "no release yet"
        name = f"{package['name']} {package['version']}"
        print(f"audit: {name}: {vulnerability['id']}, fixed in {fixes}", file=sys.stderr)
    if unknown:
        print(f"audit: WARNING: {len(unknown)} of {len(found)} packages could NOT be audited: the service "
              "does not know them or is out of reach", file=sys.stderr)  # fmt: skip
    print(f"audit: {len(found) - len(unknown)} packages audited, {len(bad)} known vulnerabilities")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
