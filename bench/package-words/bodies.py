"""The shell-form RUN bodies of the corpus, as the shell gets them.

Where an instruction begins and ends, its flags and its heredocs are BuildKit's own rows
(conformance/truth); the text in between is cut here, so that every byte of it knows its
physical line.
"""
import base64
import bisect
import gzip
import json
import re
from dataclasses import dataclass


def rows(path):
    """The JSON values of a gzipped file, one a line."""
    with gzip.open(path, 'rt', encoding='utf-8') as lines:
        for line in lines:
            yield json.loads(line)


@dataclass(frozen=True)
class Body:
    """One RUN: its file, the line of the instruction, and the text with its line map."""
    file: str
    line: int
    text: bytes
    marks: tuple

    def line_at(self, offset):
        """The physical line of a byte of the text."""
        place = bisect.bisect_right(self.marks, (offset, float('inf')))
        return self.marks[max(place - 1, 0)][1]


def files(shared):
    """The bytes of every Dockerfile of the corpus, by sha."""
    found = {}
    for name in ('blobs', 'edge'):
        for row in rows(shared / 'corpus' / f'{name}.jsonl.gz'):
            if row['enc'] == 'utf-8':
                found[row['sha']] = row['text'].encode()
            elif row['enc'] == 'base64':
                found[row['sha']] = base64.b64decode(row['text'])
    return found


def bodies(shared):
    """Every shell-form RUN of every file that BuildKit can read."""
    known = files(shared)
    seen = set()
    for name in ('shared', 'shared_edge'):
        for row in rows(shared / 'conformance/truth' / f'{name}_parse.jsonl.gz'):
            if not row['ok'] or row['id'] not in known or row['id'] in seen:
                continue
            seen.add(row['id'])
            text = known[row['id']].removeprefix(b'\xef\xbb\xbf')
            lines = text.split(b'\n')
            for it in row['instructions']:
                if it['cmd'] == 'RUN' and not it.get('json'):
                    yield cut(row, it, lines)


def cut(row, it, lines):
    """The body of one RUN."""
    heredocs = it.get('heredocs', [])
    last = it['end'] - sum(here['lines'] + 1 for here in heredocs)
    escape = re.escape(row['escape'].encode())
    continued = re.compile(rb'([^' + escape + rb'])' + escape + rb'[ \t]*$|^' + escape + rb'[ \t]*$')
    text, marks = bytearray(), []
    for number in range(it['start'], last + 1):
        line = lines[number - 1].rstrip(b'\r\n')
        if number > it['start'] and (not line.strip() or line.strip().startswith(b'#')):
            continue
        marks.append((len(text), number))
        text += continued.sub(rb'\1', line)
    start = after(text, 1 + len(it.get('flags', [])))
    text, marks = text[start:].rstrip(), [(max(at - start, 0), line) for at, line in marks]
    number = last
    for here in heredocs:
        for line in lines[number:number + here['lines']]:
            number += 1
            text += b'\n'
            marks.append((len(text), number))
            text += line.rstrip(b'\r')
        number += 1
        text += b'\n'
        marks.append((len(text), number))
        text += here['name'].encode()
    return Body(row['id'], it['start'], bytes(text), tuple(marks))


def after(text, words):
    """The offset behind the keyword and the flags."""
    at = 0
    for _ in range(words):
        at = re.compile(rb'\s*\S+\s*').match(text, at).end()
    return at
