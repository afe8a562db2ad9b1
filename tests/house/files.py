#!/usr/bin/env python3
"""Tells what is wrong with the tracked files themselves: where they lie, how long they are, and
what stands in them that belongs to one machine or to later."""

import pathlib
import re
import subprocess
import sys

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "CHANGELOG.md", "LICENSE",
    "engine", "workflows", "adapters", "replay", "tools", "tests",
}
LINES_MAX = 400
COLUMNS_MAX = 110
CODE = {".cpp", ".hpp", ".py", ".cmake", ".sh"}

# Brackets keep a pattern from finding itself.
NOT_OURS = {
    r"(?<![\w.])/([w]ork|[h]ome|[r]oot|[U]sers)/\w": "a path of one machine",
    r"\b([T]ODO|[F]IXME|[X]XX|[H]ACK)\b": "something left for later",
    r"\b(deb\.[d]ebian\.org|[p]ypi\.org|registry\.[n]pmjs|proxy\.[g]olang|[c]rates\.io)":
        "the name of a package registry",
}
TEXT = {".cpp", ".hpp", ".py", ".cmake", ".sh", ".md", ".toml", ".fbs", ".json", ".txt", ""}
QUOTED = {"LICENSE"}  # others' words, as they are


def breaches(path, text):
    """What is wrong in one file, a line each."""
    found = []
    lines = text.splitlines()
    if path.suffix in {".cpp", ".hpp"} and len(lines) > LINES_MAX:
        found.append(f"{path}: {len(lines)} lines; a file stops at {LINES_MAX}")
    for number, line in enumerate(lines, 1):
        if path.suffix in CODE and len(line) > COLUMNS_MAX:
            found.append(f"{path}:{number}: {len(line)} columns; a line ends at {COLUMNS_MAX}")
        for pattern, what in NOT_OURS.items():
            if path.name not in QUOTED and re.search(pattern, line):
                found.append(f"{path}:{number}: {what}: {line.strip()}")
    return found


def misplaced(paths):
    tops = {path.parts[0] for path in paths}
    return [f"{top}: does not belong to the top level"
            for top in sorted(tops) if top not in TOP_LEVEL and not top.startswith(".")]


def tracked(top):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=top, check=True, capture_output=True)
    return [pathlib.Path(name) for name in listed.stdout.decode().split("\0") if name]


def all_breaches(top):
    paths = tracked(top)
    found = misplaced(paths)
    for path in paths:
        if path.suffix in TEXT and (top / path).is_file():
            found += breaches(path, (top / path).read_text(encoding="utf-8", errors="replace"))
    return found


if __name__ == "__main__":
    found = all_breaches(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found) if found else "Every file is in its place and in shape.")
    sys.exit(bool(found))
