"""What a variable of a RUN body may hold, to explain words that only our engine fills in.

This says which values are possible (an assignment in the same body, ENV or ARG of the file),
not which one is in force: that is the engine's business.
"""
import itertools
import re
import shlex

from grammar import HOLE

REFERENCE = re.compile(r'\$(?:(\w+|[@*])|\{(\w+|[@*])(?:\[[@*]\])?(?::?-([^}]*)|//?([^/}]+)/([^}]*))?\})')
MOST = 200


class Values:
    """The possible values of the variables of one body."""

    def __init__(self, commands, instructions):
        self.known = {}
        calls = {}
        for command in commands:
            if command.name is not None:
                self.add(command.name, 'RUN', command)
            elif command.words and command.words[0].literal:
                calls.setdefault(command.words[0].text, []).append(command.words[1:])
        for name in {it.function for it in commands if it.function}:
            for words in calls.get(name, []):
                for key in ('@', '*'):
                    self.known.setdefault(key, []).append(('call', [it.raw for it in words]))
                for at, it in enumerate(words, 1):
                    self.known.setdefault(str(at), []).append(('call', [it.raw]))
        for kind, name, value in instructions:
            self.known.setdefault(name, []).append((kind, [value]))

    def add(self, name, origin, command):
        values = [it.raw for it in command.words]
        held = self.known.setdefault(name, [])
        if command.append and held:
            values = held[-1][1] + values
        held.append((origin, values))

    def readings(self, raw, depth=0):
        """(origins, words) that a word may become, `HOLE` for what stays open."""
        found = REFERENCE.search(raw)
        if not found or depth > 6:
            return [((), unquoted(re.sub(r'\$\(.*\)|`.*`|\$\{.*\}', HOLE, raw, flags=re.S)).split())]
        name = found.group(1) or found.group(2)
        options = list(self.known.get(name, []))
        if found.group(3) is not None:
            options.append(('default', [found.group(3)]))
        readings = []
        for origin, values in options:
            if found.group(4) is not None:
                # The pattern of a replacement is taken by the letter.
                values = [it.replace(found.group(4), found.group(5)) for it in values]
            # All values as one list, or each value in its own word (a loop).
            whole = raw[:found.start()] + ' '.join(values) + raw[found.end():]
            each = ' '.join(raw[:found.start()] + it + raw[found.end():] for it in values)
            for text in {whole, each}:
                for origins, words in self.readings(text, depth + 1):
                    readings.append(((origin, *origins), words))
        return list(itertools.islice(readings, MOST))


def unquoted(text):
    """The text without its quotes."""
    return re.sub(r'\\(.)', r'\1', re.sub(r'["\']', '', text.replace('\\\n', '')), flags=re.S)


def of_file(text, instructions):
    """The (keyword, name, value) of every ENV and ARG of a file."""
    lines = text.decode(errors='replace').split('\n')
    for it in instructions:
        if it['cmd'] not in ('ENV', 'ARG'):
            continue
        kept = [line.rstrip('\r') for line in lines[it['start'] - 1:it['end']]
                if not line.strip().startswith('#')]
        rest = ''.join(line.rstrip().removesuffix('\\') for line in kept).split(None, 1)
        try:
            words = shlex.split(rest[1]) if len(rest) > 1 else []
        except ValueError:
            continue
        if it['cmd'] == 'ENV' and words and '=' not in words[0]:
            yield 'ENV', words[0], ' '.join(words[1:])
            continue
        for word in words:
            if '=' in word:
                name, value = word.split('=', 1)
                yield it['cmd'], name, value
