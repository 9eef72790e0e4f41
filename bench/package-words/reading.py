"""The commands of a shell script, read by mvdan/sh (`shfmt --to-json`).

Every word keeps its parts: what is literal, and what only the build knows.
"""
import json
import re
import subprocess
from dataclasses import dataclass

from grammar import HOLE

SHELLS = {'sh', 'bash', 'ash', 'dash', 'zsh', 'ksh'}
DEEPEST = 6


class NotShell(Exception):
    """The text is no valid shell."""


@dataclass
class Word:
    """A word: its literal text with `HOLE` for the rest, as written, its offset, and whether
    a part of it stands outside quotes."""
    text: str
    raw: str
    offset: int
    literal: bool
    script: str
    braces: bool
    path: tuple = ()


@dataclass
class Command:
    """One simple command, or an assignment or loop if `name` is set."""
    words: list
    depth: int
    name: str = None
    append: bool = False
    function: str = None


def parse(shfmt, text):
    """The syntax tree of a script."""
    for language in ('bash', 'posix', 'mksh'):
        done = subprocess.run([shfmt, '-ln', language, '--to-json'], input=text,
                              capture_output=True)
        if done.returncode == 0:
            return json.loads(done.stdout)
    raise NotShell(done.stderr.decode(errors='replace').strip())


class Reader:
    """Reads one script and the scripts inside it."""

    def __init__(self, shfmt):
        self.shfmt, self.commands = shfmt, []

    def script(self, text, depth=0):
        tree = parse(self.shfmt, text)
        statements = tree.get('Stmts') or []
        if len(statements) == 1 and 'Cmd' not in statements[0]:
            redirects = [it for it in statements[0].get('Redirs') or [] if it.get('Hdoc')]
            if redirects:
                body = source(text, redirects[-1]['Hdoc'])
                first = body.decode(errors='replace').split('\n')[0]
                interpreter = first[2:] if first.startswith('#!') else 'sh'
                if any(it.rsplit('/', 1)[-1] in SHELLS for it in interpreter.split()):
                    self.shift(body, depth, redirects[-1]['Hdoc']['Pos']['Offset'])
                return
        self.node(tree, text, depth)

    def shift(self, body, depth, offset):
        """A script that stands in the text as it is: its offsets count from there."""
        before = len(self.commands)
        self.script(body, depth)
        for command in self.commands[before:]:
            for word in command.words:
                if word.offset is not None:
                    word.offset += offset

    def node(self, node, text, depth, function=None):
        if isinstance(node, list):
            for it in node:
                self.node(it, text, depth, function)
        elif isinstance(node, dict):
            kind = node.get('Type')
            if kind == 'FuncDecl':
                self.node(node['Body'], text, depth, node['Name']['Value'])
            elif kind == 'CallExpr' or kind == 'DeclClause':
                self.call(node, text, depth, function, [])
            elif kind == 'ForClause' and node.get('Loop', {}).get('Type') == 'WordIter':
                loop = node['Loop']
                self.node(loop.get('Items'), text, depth, function)
                if loop.get('Items'):
                    words = [word(it, text) for it in loop['Items']]
                    self.commands.append(Command(words, depth, loop['Name']['Value']))
                self.node(node.get('Do'), text, depth, function)
            elif 'Cmd' in node and node['Cmd'].get('Type') in ('CallExpr', 'DeclClause'):
                self.call(node['Cmd'], text, depth, function, node.get('Redirs') or [])
            else:
                for key, value in node.items():
                    if isinstance(value, (dict, list)) and key not in ('Pos', 'End'):
                        self.node(value, text, depth, function)

    def call(self, node, text, depth, function, redirects):
        assigns = node.get('Assigns') or []
        arguments = node.get('Args') or []
        for it in assigns + redirects:
            self.node({key: value for key, value in it.items() if key != 'Hdoc'}, text, depth, function)
        if node.get('Type') == 'DeclClause':
            self.declare(node['Args'], text, depth, function)
            return
        if not arguments:
            for it in assigns:
                self.assign(it, text, depth, function)
            return
        words = [word(it, text) for it in arguments]
        program = behind(words)
        script = inner_script(program)
        for it, node in zip(words, arguments):
            if it is not script:
                self.node(node, text, depth, function)
        self.commands.append(Command(words, depth, function=function))
        if depth >= DEEPEST:
            return
        if script is not None:
            before = len(self.commands)
            try:
                self.script(script.script.encode(), depth + 1)
            except NotShell:
                pass
            for command in self.commands[before:]:
                for it in command.words:
                    it.offset = None
        elif reads_input(program):
            for it in redirects:
                if it.get('Hdoc'):
                    self.shift(source(text, it['Hdoc']), depth + 1, it['Hdoc']['Pos']['Offset'])

    def declare(self, arguments, text, depth, function):
        for it in arguments:
            if it.get('Name'):
                self.node(it.get('Value'), text, depth, function)
                self.node(it.get('Array'), text, depth, function)
                self.assign(it, text, depth, function)

    def assign(self, node, text, depth, function):
        if not node.get('Name'):
            return
        name, append = node['Name']['Value'], bool(node.get('Append'))
        if node.get('Array'):
            values = [word(it['Value'], text) for it in node['Array'].get('Elems') or []]
        else:
            values = [word(node['Value'], text)] if node.get('Value') else []
        self.commands.append(Command(values, depth, name, append, function))


def source(text, node):
    """The bytes of a node."""
    return text[node['Pos']['Offset']:node['End']['Offset']]


def word(node, text):
    """A word from its parts."""
    out, literal, script, braces = [], True, [], False
    stack = [(it, False) for it in reversed(node.get('Parts') or [])]
    while stack:
        part, quoted = stack.pop()
        kind = part['Type']
        if kind == 'Lit':
            value = unescaped(part['Value'], quoted)
            braces |= not quoted and '{' in part['Value']
        elif kind == 'SglQuoted':
            value = part.get('Value', '')
        elif kind == 'DblQuoted':
            stack.extend((it, True) for it in reversed(part.get('Parts') or []))
            continue
        else:
            literal, value = False, HOLE
        out.append(value)
        script.append(source(text, part).decode(errors='replace') if value == HOLE else value)
    raw = source(text, node).decode(errors='replace')
    return Word(''.join(out), raw, node['Pos']['Offset'], literal, ''.join(script), braces)


def unescaped(value, quoted):
    """A literal without its backslashes."""
    out, at = [], 0
    while at < len(value):
        if value[at] == '\\' and at + 1 < len(value):
            following = value[at + 1]
            if quoted and following not in '"$`\\\n':
                out.append('\\')
            if following != '\n':
                out.append(following)
            at += 2
        else:
            out.append(value[at])
            at += 1
    return ''.join(out)


# Programs that run another one: their options with a value, and the operands before it.
RUNNERS = {
    'sudo': ('ugphCrtUDRT', {'user', 'group', 'prompt', 'host', 'close-from', 'role', 'type',
                             'other-user', 'chdir', 'chroot', 'command-timeout'}, 0),
    'doas': ('uC', set(), 0),
    'env': ('uC', {'unset', 'chdir'}, 0),
    'exec': ('a', set(), 0),
    'command': ('', set(), 0),
    'builtin': ('', set(), 0),
    'nohup': ('', set(), 0),
    'setsid': ('', set(), 0),
    'eatmydata': ('', set(), 0),
    'fakeroot': ('lsib', {'lib', 'faked'}, 0),
    'busybox': ('', set(), 0),
    'time': ('fo', {'format', 'output'}, 0),
    'nice': ('n', {'adjustment'}, 0),
    'ionice': ('cnpPu', {'class', 'classdata', 'pid', 'pgid', 'uid'}, 0),
    'stdbuf': ('ioe', {'input', 'output', 'error'}, 0),
    'timeout': ('sk', {'signal', 'kill-after'}, 1),
    'xargs': ('nPILsdEa', {'max-args', 'max-procs', 'max-chars', 'delimiter', 'arg-file',
                           'process-slot-var'}, 0),
    'gosu': ('', set(), 1),
    'su-exec': ('', set(), 1),
    'chroot': ('', set(), 1),
    'retry': ('tsmMd', {'tries', 'sleep', 'min', 'max', 'times', 'delay'}, 0),
    'flock': ('wE', {'timeout', 'wait', 'conflict-exit-code'}, 1),
    'unbuffer': ('', set(), 0),
    'linux32': ('', set(), 0),
    'linux64': ('', set(), 0),
    'setarch': ('', set(), 1),
}


def behind(words):
    """The words from the program itself on."""
    while words:
        name = words[0].text.rsplit('/', 1)[-1]
        if not words[0].literal or name not in RUNNERS:
            return words
        short, long, operands = RUNNERS[name]
        rest = words[1:]
        while rest:
            text = rest[0].text
            if name == 'command' and text in ('-v', '-V'):
                return words
            if text == '--':
                rest = rest[1:]
                break
            if text.startswith('--'):
                option, given, _ = text[2:].partition('=')
                rest = rest[2:] if option in long and not given else rest[1:]
            elif text.startswith('-') and len(text) > 1:
                valued = [at for at, letter in enumerate(text[1:], 2) if letter in short]
                rest = rest[2:] if valued and valued[0] == len(text) else rest[1:]
            elif name in ('env', 'sudo', 'doas') and '=' in text:
                rest = rest[1:]
            elif name == 'retry' and text.isdigit():
                rest = rest[1:]
            else:
                break
        rest = rest[operands:]
        if not rest:
            return words
        words = rest
    return words


def inner_script(program):
    """The word that a shell, su or eval runs as a script."""
    if not program or not program[0].literal:
        return None
    name = program[0].text.rsplit('/', 1)[-1]
    if name == 'eval':
        return program[1] if len(program) > 1 else None
    if name in ('su', 'runuser'):
        for at, it in enumerate(program[:-1]):
            if it.text == '--command' or re.fullmatch('-[a-z]*c', it.text):
                return program[at + 1]
        return None
    if name not in SHELLS:
        return None
    given, at = False, 1
    while at < len(program):
        text = program[at].text
        if not text.startswith(('-', '+')):
            return program[at] if given else None
        given |= text.startswith('-') and not text.startswith('--') and 'c' in text
        takes = text in ('--rcfile', '--init-file') or (not text.startswith('--') and text[-1] in 'oO')
        at += 2 if takes else 1
    return None


def reads_input(program):
    """True if the program is a shell that reads its script from standard input."""
    if not program or program[0].text.rsplit('/', 1)[-1] not in SHELLS:
        return False
    return all(it.text.startswith(('-', '+')) for it in program[1:])
