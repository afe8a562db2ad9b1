#!/usr/bin/env python3
"""Tells every include that points the wrong way. The tables here are the architecture."""

import pathlib
import re
import sys

MAY_INCLUDE = {
    "engine": {"engine"},
    "workflows": {"workflows", "engine"},
    "adapters": {"adapters", "workflows", "engine"},
    "replay": {"replay", "workflows", "engine"},
    "tools": {"tools", "adapters", "replay", "workflows", "engine"},
}
# Folders in these rooms do not know their neighbours, but for what all of them share.
STRANGERS = {"workflows": set(), "adapters": {"json", "xml", "signing", "chat", "intake", "client"}}
# Of a folder that is otherwise a stranger: HTTP's requests and answers as plain values.
PLAIN_VALUES = {"adapters/http/message.hpp"}

# Big or foreign libraries, and the one place where each may be seen.
ONLY_IN = {
    "rocksdb/": r"engine/(log|view|keys)/.*",
    "boost/msm/": r"workflows/\w+/decide\.cpp",
    "boost/beast": r"adapters/.*",
    "boost/asio": r"(adapters|engine/runtime)/.*",
    "boost/json": r"adapters/.*",
    "sqlite3": r"engine/(board|outbox)/.*",
    "curl/": r"adapters/client/.*",
    "sodium": r"engine/(tree|keys)/.*",
    "openssl/": r"(engine/(tree|keys)|adapters/signing)/.*",
    "pugixml": r"adapters/xml/.*",
    "toml++/": r"adapters/files/toml_reader\.hpp",
    "csv.h": r"adapters/files/.*",
    "CLI/": r"tools/.*",
}

OURS = re.compile(r'#include "((\w+)/(\w+)[^"]*)')
THEIRS = re.compile(r"#include <([^>]+)>")


def rooms_for(path):
    """What a file may include: tests as much as the room they mirror; their support everything."""
    if path.parts[0] != "tests":
        return MAY_INCLUDE[path.parts[0]]
    mirrored = MAY_INCLUDE.get(path.parts[1], MAY_INCLUDE["tools"])
    return mirrored | {"tests"}


def breaches(path, text):
    """The includes of one file that point the wrong way, a line each."""
    room, folder = path.parts[0], path.parts[1]
    allowed = rooms_for(path)
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        at = f"{path}:{number}"
        if ours := OURS.match(line):
            file, target, target_folder = ours.groups()
            if target in MAY_INCLUDE or target == "tests":
                if target not in allowed:
                    found.append(f"{at}: {room}/{folder} may not include {target}")
            strangers = target == room and room in STRANGERS and target_folder != folder
            shared = target_folder in STRANGERS.get(room, ()) or file in PLAIN_VALUES
            if strangers and not shared:
                found.append(f"{at}: {room}/{folder} may not include {room}/{target_folder}")
        if theirs := THEIRS.match(line):
            for header, where in ONLY_IN.items():
                outside = not re.fullmatch(where, path.as_posix())
                if theirs[1].startswith(header) and outside and room != "tests":
                    found.append(f"{at}: <{header}…> is only for {where}")
    return found


def all_breaches(top):
    found = []
    for room in (*MAY_INCLUDE, "tests"):
        for path in sorted((top / room).rglob("*.[ch]pp")):
            found += breaches(path.relative_to(top), path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    found = all_breaches(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found) if found else "Every include points the right way.")
    sys.exit(bool(found))
