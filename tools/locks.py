"""Locks: no host, no path of a machine, every wanted package pinned with hashes."""

import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ELSEWHERE = re.compile(r"\w+://|^-[ief]\b|--(extra-)?index|--find-links", re.MULTILINE)


def main() -> int:
    """Print every complaint about the locks."""
    found = [*_python("run"), *_python("dev"), *_python("uv"), *_npm()]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


def _python(name: str) -> list[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found = [f"requirements/{name}.txt names a place: {m[0]}" for m in ELSEWHERE.finditer(text)]
    pins = set(re.findall(r"^([a-z0-9._-]+)==", text, re.MULTILINE))
    if text.count("==") > text.count("--hash=") or not pins:
        found.append(f"requirements/{name}.txt: a pin without a hash")
    if missing := _wanted(name) - pins:
        found.append(f"requirements/{name}.txt lacks {', '.join(sorted(missing))}: make lock")
    return found


def _wanted(name: str) -> set[str]:
    project, planner = (
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))
        for folder in (".", "planner")
    )
    run = project["project"]["dependencies"] + planner["project"]["dependencies"]
    lines = {
        "uv": ["uv"],
        "run": run,
        "dev": run + project["dependency-groups"]["dev"],
    }[name]
    return {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in lines}


def _npm() -> list[str]:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [
        f"package-lock.json: {name} names a host"
        for name in packages
        if "resolved" in packages[name]
    ]


if __name__ == "__main__":
    sys.exit(main())
