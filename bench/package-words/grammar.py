"""What a package manager's command line installs, by the manager's own documentation.

apt-get(8), apt(8), aptitude(8); apk(8), apk-add(8), apk-world(5) and the usage text of
apk-tools 2; dnf(8), yum(8), microdnf(8); zypper(8); pacman(8). An operand is a text in which
`HOLE` stands for what is known only at build time.
"""
import re

HOLE = '\0'

APT = {
    'install': {'install', 'reinstall', 'upgrade', 'full-upgrade', 'dist-upgrade',
                'dselect-upgrade', 'safe-upgrade', 'build-dep', 'satisfy'},
    'short': 'tocaPS',
    'long': {'target-release', 'default-release', 'option', 'config-file', 'host-architecture',
             'build-profiles', 'snapshot', 'with-source', 'solver', 'planner'},
    'idle_short': 'ds',
    'idle': {'download-only', 'simulate', 'just-print', 'dry-run', 'recon', 'no-act', 'print-uris'},
}
APTITUDE = {
    'install': {'install', 'reinstall', 'upgrade', 'full-upgrade', 'dist-upgrade', 'safe-upgrade',
                'build-dep', 'build-depends'},
    'short': 'tocFOwS',
    'long': {'target-release', 'default-release', 'add-user-tag', 'add-user-tag-to',
             'remove-user-tag', 'remove-user-tag-from', 'display-format', 'width', 'sort',
             'log-file', 'log-level', 'group-by', 'show-package-names'},
    'idle_short': 'ds',
    'idle': {'download-only', 'simulate'},
}
APK = {
    'install': {'add', 'upgrade'},
    'short': 'tXp',
    'long': {'virtual', 'repository', 'root', 'arch', 'keys-dir', 'repositories-file',
             'repository-config', 'cache-dir', 'cache-max-age', 'wait', 'timeout', 'progress-fd'},
    'idle_short': 's',
    'idle': {'simulate'},
}
YUM = {
    'install': {'install', 'in', 'install-n', 'install-na', 'install-nevra', 'reinstall', 'rei',
                'localinstall', 'localupdate', 'groupinstall', 'groupupdate', 'update', 'upgrade',
                'up', 'update-to', 'upgrade-to', 'localupdate', 'update-minimal',
                'upgrade-minimal', 'up-min', 'downgrade', 'dg', 'distro-sync', 'dsync',
                'distribution-synchronization', 'builddep', 'build-dep', 'swap'},
    'pairs': {'group': {'install', 'upgrade', 'update'}, 'groups': {'install', 'upgrade', 'update'},
              'grp': {'install', 'upgrade', 'update'},
              'module': {'install', 'update', 'upgrade', 'switch-to'}},
    'short': 'cdexR',
    'long': {'config', 'debuglevel', 'errorlevel', 'exclude', 'excludepkgs', 'randomwait',
             'setopt', 'installroot', 'releasever', 'enablerepo', 'disablerepo', 'repo', 'repoid',
             'repofrompath', 'enableplugin', 'disableplugin', 'disableexcludes',
             'disableexcludepkgs', 'forcearch', 'rpmverbosity', 'color', 'comment', 'downloaddir',
             'destdir', 'advisory', 'advisories', 'bz', 'bzs', 'cve', 'cves', 'sec-severity',
             'secseverity', 'arch'},
    'idle_short': '',
    'idle': {'downloadonly', 'assumeno'},
}
ZYPPER = {
    'install': {'install', 'in', 'update', 'up', 'dist-upgrade', 'dup', 'patch',
                'install-new-recommends', 'inr', 'source-install', 'si'},
    'global_short': 'ctDCpRs',
    'global_long': {'config', 'table-style', 'reposd-dir', 'cache-dir', 'raw-cache-dir',
                    'solv-cache-dir', 'pkg-cache-dir', 'plus-repo', 'plus-content', 'releasever',
                    'root', 'installroot', 'userdata'},
    'short': 'rtbg',
    'long': {'repo', 'type', 'from', 'solver-focus', 'download', 'bugzilla', 'cve', 'date',
             'category', 'severity', 'issue'},
    'idle_short': 'Dd',
    'idle': {'dry-run', 'download-only'},
}
PACMAN = {
    'short': 'br',
    'long': {'dbpath', 'root', 'arch', 'cachedir', 'color', 'config', 'gpgdir', 'hookdir',
             'logfile', 'sysroot', 'assume-installed', 'print-format', 'ignore', 'ignoregroup',
             'overwrite', 'ask'},
}
MANAGERS = {'apt-get': APT, 'apt': APT, 'aptitude': APTITUDE, 'apk': APK, 'yum': YUM, 'dnf': YUM,
            'dnf5': YUM, 'microdnf': YUM, 'tdnf': YUM, 'zypper': ZYPPER, 'pacman': PACMAN}
RPM = {'yum', 'dnf', 'dnf5', 'microdnf', 'tdnf'}
ARCHITECTURES = {'noarch', 'x86_64', 'i386', 'i486', 'i586', 'i686', 'aarch64', 'armv7hl',
                 'ppc64', 'ppc64le', 's390x', 'src'}


def installation(program, arguments):
    """(title, operands) of a command that installs or upgrades, else None.

    `arguments` are (text, word) pairs; the operands are those pairs.
    """
    if program not in MANAGERS:
        return None
    if program == 'pacman':
        return pacman(arguments)
    manager = MANAGERS[program]
    subcommand, operands, options = None, [], set()
    rest = list(arguments)
    ended = False
    while rest:
        text, word = rest.pop(0)
        if subcommand is None and manager is ZYPPER:
            short, long = manager['global_short'], manager['global_long']
        else:
            short, long = manager['short'], manager['long']
        if text == '--' and not ended:
            ended = True
        elif text.startswith('--') and not ended:
            name, given, _ = text[2:].partition('=')
            options.add(name)
            if name in long and not given and rest:
                rest.pop(0)
        elif text.startswith('-') and text != '-' and not ended:
            for place, letter in enumerate(text[1:], 2):
                if letter == '=':
                    break
                if letter in short:
                    if place == len(text) and rest:
                        rest.pop(0)
                    break
                # What is idle after zypper's subcommand has another sense before it.
                if manager is not ZYPPER or subcommand is not None:
                    options.add('-' + letter)
        elif subcommand is None:
            if HOLE not in text:
                subcommand = text
        elif subcommand in manager.get('pairs', {}):
            if text not in manager['pairs'][subcommand]:
                return None
            subcommand = f'{subcommand} {text}'
        else:
            operands.append((text, word))
    first = (subcommand or '').split(' ')[0]
    if first not in manager['install'] and ' ' not in (subcommand or ''):
        return None
    idle = {'-' + letter for letter in manager['idle_short']} | manager['idle']
    if options & idle:
        return None
    if subcommand == 'swap':
        operands = operands[1:]
    if program in ('apt', 'apt-get', 'aptitude'):
        # -q takes a level.
        operands = [(text, word) for text, word in operands if not text.isdigit()]
    return f'{program} {subcommand}', operands


def pacman(arguments):
    """pacman's operation is an option in capitals; -u upgrades, -y alone only refreshes."""
    flags, operands, operation = set(), [], None
    names = {'sync': 'S', 'upgrade': 'U', 'remove': 'R', 'query': 'Q', 'database': 'D',
             'deptest': 'T', 'files': 'F', 'sysupgrade': 'u', 'search': 's', 'info': 'i',
             'list': 'l', 'groups': 'g', 'clean': 'c', 'print': 'p', 'downloadonly': 'w'}
    rest, ended = list(arguments), False
    while rest:
        text, word = rest.pop(0)
        if text == '--' and not ended:
            ended = True
        elif text.startswith('--') and not ended:
            name, given, _ = text[2:].partition('=')
            if names.get(name, '') in {'S', 'U'}:
                operation = text
            flags.add(names.get(name, name))
            if name in PACMAN['long'] and not given and rest:
                rest.pop(0)
        elif text.startswith('-') and text != '-' and not ended:
            for place, letter in enumerate(text[1:], 2):
                if letter in PACMAN['short']:
                    if place == len(text) and rest:
                        rest.pop(0)
                    break
                if letter in 'SU':
                    operation = text
                flags.add(letter)
        else:
            operands.append((text, word))
    if operation is None or flags & set('silgcpw'):
        return None
    if 'S' in flags and 'u' not in flags and not operands:
        return None
    return f'pacman {operation}', operands


def names(title, text, braces=False):
    """The packages that an operand names; None where it depends on what is not known."""
    program, _, subcommand = title.partition(' ')
    if braces and HOLE not in text:
        plain = [names(title, it) for it in alternatives(text)]
        return None if None in plain else [name for it in plain for name in it]
    if program in ('apt', 'apt-get', 'aptitude'):
        found = apt_names(program, subcommand, text)
    elif program == 'apk':
        found = apk_names(text)
    elif program in RPM:
        found = [rpm_name(subcommand, text)]
    elif program == 'zypper':
        if text[:1] in '-!~':
            return []
        found = [rpm_name(subcommand, text.removeprefix('+').removeprefix('package:'))]
    else:
        found = [pacman_name(text)]
    if any(HOLE in name for name in found):
        return None
    # A template's mark and what xargs replaces are no names.
    return [name for name in found if name and not re.search('[{}|"\'$`]', name)]


def alternatives(text):
    """What bash makes of braces."""
    found = re.fullmatch(r'(.*?)\{([^{}]*,[^{}]*)\}(.*)', text, re.S)
    if not found:
        return [text]
    start, inside, rest = found.groups()
    return [whole for it in inside.split(',') for whole in alternatives(start + it + rest)]


def tail(text):
    """The last part of a path or address."""
    return re.split('[?#]', text, maxsplit=1)[0].rstrip('/').rsplit('/', 1)[-1]


def apt_names(program, subcommand, text):
    if subcommand == 'satisfy':
        parts = re.split('[,|]', text)
        return [it.split('(')[0].split('[')[0].strip().split(':')[0] for it in parts
                if it.strip() and not text.startswith('Conflicts')]
    if '/' in text and (re.match(r'[.]{0,2}/|~/', text) or '://' in text
                        or re.search(r'\.(deb|dsc|changes)$', text)):
        return [tail(text)]
    if text in ('.', '..'):
        return []
    if '=' not in text and '/' not in text:
        if text.endswith('-') or (program == 'aptitude' and text.endswith('_')):
            return []
        if text.endswith('+') and not text.endswith('++'):
            text = text[:-1]
    if text.endswith('.deb'):
        return [text]
    return [re.split('[=/:]', text, maxsplit=1)[0]]


def apk_names(text):
    if text.startswith('!'):
        return []
    if '/' in text:
        return [tail(text)]
    if text.startswith('.'):
        return []
    return [re.split('[=<>~@]', text, maxsplit=1)[0]]


def rpm_name(subcommand, text):
    if subcommand.startswith('gr'):
        return text
    if '://' in text or text.endswith('.rpm'):
        return tail(text)
    if text.startswith('('):
        return text
    name = re.split('[ <>=]', text, maxsplit=1)[0]
    if subcommand.startswith('module'):
        return re.split('[:/]', name, maxsplit=1)[0]
    if name.startswith('@'):
        return name.split(':')[0].split('/')[0] if ':' in name else name
    stem, dot, architecture = name.rpartition('.')
    return stem if dot and architecture in ARCHITECTURES else name


def pacman_name(text):
    if '.pkg.tar' in text or '://' in text:
        return tail(text)
    return re.split('[<>=]', text, maxsplit=1)[0].rsplit('/', 1)[-1]
