#!/usr/bin/env python3
"""Compares what our engine installs in every RUN of the corpus with a second reading.

    PACKAGE_WORDS=FILE cargo test -p checklist --lib packages::corpus
    compare.py FILE [SHARED] [--shfmt PROGRAM]

Ends with status 1 if a body differs without an explanation.
"""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import bodies
import grammar
import reading
import variables


def main():
    options = arguments()
    ours = {}
    for line in open(options.ours, encoding='utf-8'):
        row = json.loads(line)
        ours[row['file'], row['line'], row['reader']] = row['installs']
    runs = list(bodies.bodies(options.shared))
    texts = list(dict.fromkeys(it.text for it in runs))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        read = dict(zip(texts, pool.map(lambda it: commands(options.shfmt, it), texts)))
    report = Report(variables_of_files(options.shared))
    for run in runs:
        for reader in ('usual', 'scanner'):
            report.compare(run, reader, ours.get((run.file, run.line, reader)), read[run.text])
    sys.exit(report.show())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('ours', help='what the engine has written down')
    beside = next((it / 'shared' for it in Path(__file__).resolve().parents
                   if (it / 'shared/corpus').is_dir()), None)
    parser.add_argument('shared', nargs='?', type=Path, default=beside)
    parser.add_argument('--shfmt', default=shutil.which('shfmt'))
    options = parser.parse_args()
    if not options.shared or not options.shfmt:
        parser.error('there is no corpus beside the repository, or no shfmt')
    return options


def commands(shfmt, text):
    """The commands of a body; the reason as a text if it is no shell."""
    reader = reading.Reader(shfmt)
    try:
        reader.script(text)
    except reading.NotShell as error:
        return str(error)
    return reader.commands


def variables_of_files(shared):
    """The ENV and ARG of every file."""
    known, found = bodies.files(shared), {}
    for name in ('shared', 'shared_edge'):
        for row in bodies.rows(shared / 'conformance/truth' / f'{name}_parse.jsonl.gz'):
            if row['ok'] and row['id'] in known:
                found[row['id']] = list(variables.of_file(known[row['id']], row['instructions']))
    return found


def installs(read):
    """(title, command word, operands) of every install command of a body."""
    for command in read:
        program = reading.behind(command.words) if command.name is None else []
        if not program or not program[0].literal:
            continue
        found = grammar.installation(program[0].text.rsplit('/', 1)[-1],
                                     [(it.text, it) for it in program[1:]])
        if found:
            yield found[0], program[0], [it[1] for it in found[1]]


def opaque(command):
    """True for a shell whose script is a variable."""
    program = reading.behind(command.words) if command.name is None else []
    script = reading.inner_script(program)
    return script is not None and script.text.strip() == grammar.HOLE


class Report:
    """Counts with an example each: `!` is a difference, `~` what only one reading can know."""

    def __init__(self, instructions):
        self.instructions = instructions
        self.examples = {}
        self.kinds = collections.defaultdict(set)

    def note(self, kind, run, text):
        """A body of a kind."""
        self.kinds[kind].add(run.text)
        self.examples.setdefault(kind, f'{run.file}:{run.line} {text}')

    def count(self, reader, kind, key):
        """A thing that is counted once, whichever of our readers saw it."""
        if reader == 'usual':
            self.kinds[kind].add(key)

    def compare(self, run, reader, ours, read):
        """One body as one of our readers and the second reading see it."""
        self.kinds['bodies'].add(run.text)
        if ours is None:
            return self.note('! not seen by the engine', run, '')
        if isinstance(read, str):
            return self.unreadable(run, ours, read)
        theirs = list(installs(read))
        if any(opaque(it) for it in read) and len(ours) > len(theirs):
            titles = [it['title'] for it in ours]
            self.note('~ commands in a script that a variable holds', run, titles)
            lines = {run.line_at(it[1].offset) for it in theirs if it[1].offset is not None}
            ours = [it for it in ours if it['line'] in lines]
        if [it[0] for it in theirs] != [it['title'] for it in ours]:
            shown = [it[0] for it in theirs], [it['title'] for it in ours]
            return self.note(f'! other commands ({reader})', run, shown)
        if theirs:
            self.kinds['bodies that install'].add(run.text)
        values = variables.Values(read, self.instructions.get(run.file, []))
        for (title, program, operands), mine in zip(theirs, ours):
            self.count(reader, 'install commands', (run.text, title, program.raw, program.offset))
            self.line(run, reader, program, mine['line'])
            self.packages(run, reader, title, operands, mine['packages'], values)
        return None

    def unreadable(self, run, ours, reason):
        """A body that shfmt does not read: a template, or for another interpreter."""
        found = 'installations found by our scanner' if ours else 'nothing found'
        checked = subprocess.run(['bash', '-n', '-c', run.text.replace(b'\0', b'')],
                                 capture_output=True)
        is_shell = checked.returncode == 0
        kind = f'no shell for shfmt, {"some" if is_shell else "none"} for bash: {found}'
        self.note(('! ' if ours and is_shell else '~ ') + kind, run, reason)

    def line(self, run, reader, word, line):
        """A word inside `sh -c TEXT` has no place of its own in the second reading."""
        if word.offset is not None and run.line_at(word.offset) != line:
            self.note(f'! other line ({reader})', run, (word.raw, line))

    def packages(self, run, reader, title, operands, mine, values):
        """Literal words are equal in order and line; between them variables explain the rest."""
        at = 0
        for place, word in enumerate(operands):
            names = grammar.names(title, word.text, word.braces)
            if names is None:
                at += self.open_word(run, reader, title, word, mine[at:], values)
                continue
            kind = 'literal words' if word.literal else 'literal names with an open version'
            for name in names:
                self.count(reader, kind, (run.text, title, place, word.offset, name))
                if at >= len(mine) or mine[at][0] != name:
                    shown = title, word.raw, mine[at:at + 3]
                    return self.note(f'! other word ({reader})', run, shown)
                self.line(run, reader, word, mine[at][1])
                at += 1
        if at != len(mine):
            self.note(f'! more words ({reader})', run, (title, mine[at:]))
        return None

    def open_word(self, run, reader, title, word, mine, values):
        """How many of our words a word stands for that holds something open."""
        origins, names = filled_in(title, word, mine, values)
        if origins:
            kind = '~ filled in from ' + '+'.join(origins)
        elif '$(' in word.raw or '`' in word.raw:
            kind = '~ open for both: substituted'
        else:
            kind = '~ open for both: a variable without a value here'
        self.note(kind, run, (title, word.raw, names))
        key = run.text, title, word.raw, word.offset
        self.count(reader, 'open words', key)
        self.count(reader, kind + ' (words)', key)
        return len(names)

    def show(self):
        """Prints everything; 1 if something differs."""
        for kind in sorted(self.kinds):
            print(f'{len(self.kinds[kind]):6} {kind}')
            if kind in self.examples:
                print(f'       {self.examples[kind][:300]}')
        wrong, explained = (set().union(*(texts for kind, texts in self.kinds.items()
                                          if kind[0] == sign and not kind.endswith('(words)')))
                            for sign in '!~')
        plain = len(self.kinds['bodies'] - wrong - explained)
        print(f'{len(self.kinds["bodies"])} bodies: {plain} equal word for word, '
              f'{len(explained - wrong)} equal but for what is listed, {len(wrong)} differ')
        return 1 if wrong else 0


def filled_in(title, word, mine, values):
    """Where the values of a word come from and the longest list of ours that they give."""
    best = (), []
    for origins, words in values.readings(word.raw):
        lists = [grammar.names(title, it, True) for it in words if not it.startswith('-')]
        names = [name for it in lists if it for name in it]
        if None in lists or (lists and not names) or not origins:
            continue
        if not lists:
            origins = (*origins, 'options')
        longer = not best[0] or len(names) > len(best[1])
        if longer and [it[0] for it in mine[:len(names)]] == names:
            best = sorted(set(origins)), names
    return best


if __name__ == '__main__':
    main()
