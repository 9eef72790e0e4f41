#!/usr/bin/env python3
"""Holds bodies.py against BuildKit's parser itself, through the Python package `dockerfile`."""
import sys
from pathlib import Path

import dockerfile

import bodies


def main():
    shared = Path(sys.argv[1])
    known = bodies.files(shared)
    read, wrong, by_file = 0, 0, {}
    for body in bodies.bodies(shared):
        by_file.setdefault(body.file, {})[body.line] = body.text
    for sha, ours in by_file.items():
        try:
            commands = dockerfile.parse_string(known[sha].decode())
        except (dockerfile.GoParseError, UnicodeDecodeError):
            continue
        for it in commands:
            if it.cmd.upper() != 'RUN' or it.json:
                continue
            read += 1
            value = it.value[0] if it.value else ''
            for here in it.heredocs:
                value += '\n' + here.content + here.name
            if ours.get(it.start_line, b'').decode().replace('\r', '') != value.replace('\r', ''):
                wrong += 1
                print(sha, it.start_line, repr(value)[:300], repr(ours.get(it.start_line))[:300])
    print(f'{read} bodies, {wrong} differ')


main()
