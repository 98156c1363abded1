#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# tidy.py: the house rules, as far as a program can check them.
#
#	tidy.py [-l] [-r rule[,rule ...]] [top]
#
# Prints `path:line: rule: what', one line for each finding, and exits 1 when
# there is one; 2 for wrong usage.  A rule whose tool is not installed says so
# on standard error and finds nothing.  -l lists the requests of midiio.h, the
# file that carries each out and the manual that tells, and checks nothing.
#
#	header		each file begins with copyright, licence and essay
#	length		files, functions and lines are not too long
#	space		no white space at the end of a line or a file; tabs
#	prefix		a function has its file's name as prefix
#	kernel		_KERNEL is tested in one place
#	words		no marks of unfinished work, no code switched off
#	hosts		no test of the system that the code is compiled on
#	includes	who may include what, in which order
#	headers		each header compiles alone, and twice
#	walks		README.md's walks go through functions that are there
#	manuals		each program, driver and node has one
#	lint		mandoc(1) has nothing to say about them
#	examples	their examples in C compile
#	requests	each request that is carried out is in a manual
#	paths		no folder of one machine
#	files		files.midi names the files that are there; nothing is left over
#	users		a function that others may call is called by others
#
# A walk is a fenced block of README.md that is marked `walk', or has at least
# three lines like this, perhaps drawn as a tree:
#
#	dev/midi/midi_input.c	midi_input_bytes	what happens there
#
# First a path, from the top or below sys; behind white space a function that
# this file defines; anything behind that.  Other lines of such a block are
# free to say what they like, as long as they name no C file.
#
# What a rule lets pass although its words do not, stands in the tables below,
# each with its reason.

import ast
import collections
import getopt
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

FILE_LINES = 1000
FUNCTION_LINES = 70
C_COLUMNS = 80
COLUMNS = 100

# This folder is full of what it looks for.
SELF = "tests/tidy/"

# --- Tables of what is allowed --------------------------------------------

# NetBSD's fused names for entry points of drivers: midiattach.
FUSED = ("attach", "detach", "match", "open", "cancel", "close", "read", "write", "ioctl",
         "poll", "kqfilter")

# Headers whose functions are implemented by files of any name: the interface
# is older than the file (NetBSD's), or is that of a layer.
INTERFACES = {
    "sys/hosted/kern": ("sys/hosted/include/", "sys/hosted/hosted.h",
                        "sys/hosted/kern/kern_impl.h", "sys/dev/midi/midi_alarm.h",
                        "sys/dev/midi_if.h"),
    "sys/hosted/sim": ("sys/hosted/host.h", "sys/hosted/sim/sim.h",
                       "sys/hosted/sim/sim_impl.h"),
    "sys/hosted/user": ("sys/hosted/host.h", "sys/hosted/user/user.h",
                        "sys/hosted/user/user_work.h"),
    "sys/hosted/linux": ("sys/hosted/host.h", "sys/hosted/linux/linux.h"),
}

# Where _KERNEL may be tested: by the pure files' ground, and in the headers
# that NetBSD shares with programs.
KERNEL_TESTS = ("sys/dev/midi/midi_base.h", "sys/sys/midiio.h")

# What pure files may include besides their own and other pure headers.  The
# numbers of errors are the same word in a kernel and in a program.
# So are the registers of chips.
PURE_MAY = ("sys/midiio.h", "sys/errno.h", "dev/ic/oplreg.h")
BASE_MAY = ("sys/types.h", "sys/stdbool.h", "sys/stdint.h", "sys/systm.h", "assert.h",
            "stdbool.h", "stddef.h", "stdint.h", "string.h")

# What config(1) makes: for needs-flag, and for a module.
MADE = ("midi.h", "midibus.h", "ioconf.c")

# One include each that breaks the layers, and why it may.
INCLUDES_MAY = {
    # Compares BSD's request words with the system's: macros only.
    "tests/dev/midi/t_midiio.c": "hosted/include/sys/ioccom.h",
    # Is a midi device itself, as NetBSD's configurations say: midi* at pcppi?.
    "sys/dev/isa/midi_pcppi.c": "dev/midi/midivar.h",
}

# Whose functions are there for more than what is here.  Of the first, for
# drivers that NetBSD has and we have not; of the second, for tests as well: an
# interface, or a host that is made for them.
FOR_DRIVERS = ("sys/dev/midi_if.h", "sys/dev/midisynvar.h", "sys/dev/ic/mpuvar.h",
               "sys/dev/ic/oplvar.h")
FOR_TESTS = ("sys/hosted/include/", "sys/hosted/hosted.h", "sys/hosted/sim/",
             "sys/hosted/user/user.h")
# What tests say of the state of a pure file.
FOR_ASSERTIONS = r"\w+_valid"

# NetBSD's headers that other headers count on, in any order at the front.
INCLUDED_FIRST = ("sys/cdefs.h", "sys/param.h", "sys/types.h", "sys/systm.h")

KFLAGS = """-std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -D_KERNEL -DDIAGNOSTIC
    -nostdinc -ffreestanding -Isys/hosted/include -Isys"""
UFLAGS = """-std=gnu11 -Wall -Wextra -Werror -D_GNU_SOURCE -Isys -Isys/hosted/user/include
    -Isys/hosted -Iusr.bin/midi/common"""

# --- The tree --------------------------------------------------------------

COPYRIGHT = r"Copyright \(c\) \d{4}(?:-\d{4})? The bsdmidi authors\."
LICENCE = r"SPDX-License-Identifier: BSD-2-Clause"
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)
ATTRIBUTE = re.compile(r"__attribute__\s*\(\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\)")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def blank(match):
    """What stands for a piece that is left out: as many lines and columns."""
    return re.sub(r"[^\n]", " ", match.group())


def blank_token(match):
    text = match.group()
    if text[0] == "/":
        return blank(match)
    return text[0] + " " * (len(text) - 2) + text[0]


class Function:
    def __init__(self, name, column, first, last, static):
        self.name = name
        self.column = column    # of the name, from 0
        self.first = first      # lines: of the name, and of the last brace
        self.last = last
        self.static = static


def declarator(text):
    """The name in front of the last parentheses of a function's head, and where it is; None:
    this is no function."""
    name = None
    depth = 0
    for match in re.finditer(r"([A-Za-z_]\w*)?\s*\(|\)|=", text):
        if match.group().endswith("("):
            if depth == 0 and match.group(1):
                name = (match.group(1), match.start())
            depth += 1
        elif match.group() == ")":
            depth -= 1
        elif depth == 0:
            return None
    return name


def functions(code):
    """The functions that code without comments and directives defines."""
    code = ATTRIBUTE.sub(blank, code)
    found = []
    depth = start = 0
    head = None
    for match in re.finditer(r"[{};]", code):
        here = match.start()
        if match.group() == "{":
            if depth == 0:
                head = declarator(code[start:here])
                static = re.search(r"\bstatic\b", code[start:here]) is not None
            depth += 1
        elif match.group() == "}":
            depth -= 1
            if depth == 0 and head is not None:
                at = start + head[1]
                found.append(Function(head[0], at - code.rfind("\n", 0, at) - 1,
                                      code.count("\n", 0, at) + 1,
                                      code.count("\n", 0, here) + 1, static))
                head = None
                start = match.end()
        elif depth == 0:
            start = match.end()
    return found


class Tree:
    """The files of a tree: those that git knows or would take, or, without git, all but what
    is built."""

    def __init__(self, top):
        self.top = top
        self.texts = {}
        self.codes = {}
        self.paths = []
        for path in self.names():
            if self.load(path):
                self.paths.append(path)

    def names(self):
        if os.path.exists(os.path.join(self.top, ".git")):
            try:
                out = subprocess.run(
                    ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=self.top,
                    check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
                return sorted(set(out.decode().split("\0")) - {""})
            except (OSError, subprocess.CalledProcessError):
                pass
        found = []
        for folder, folders, names in os.walk(self.top):
            if folder == self.top:
                folders[:] = [d for d in folders if d not in (".git", "build")]
            found += [os.path.relpath(os.path.join(folder, name), self.top) for name in names]
        return sorted(found)

    def load(self, path):
        """Read a file; False: it is not there, or is no text."""
        full = os.path.join(self.top, path)
        if os.path.islink(full) or not os.path.isfile(full):
            return False
        with open(full, "rb") as file:
            data = file.read()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return False
        if "\0" in text:
            return False
        self.texts[path] = text
        return True

    def kind(self, path):
        """c, sh, py, make, man, md, data or other."""
        name = os.path.basename(path)
        end = os.path.splitext(name)[1]
        if end in (".c", ".h"):
            return "c"
        if end in (".sh", ".py", ".md"):
            return end[1:]
        if name in ("Makefile", "GNUmakefile", "Kbuild", "files.midi") or end == ".mk":
            return "make"
        if re.fullmatch(r"share/man/man\d/.*\.\d", path):
            return "man"
        if end in (".mid", ".txt", ".csv", ".patch", ".svg"):
            return "data"
        first = self.texts[path].split("\n", 1)[0]
        if first.startswith("#!"):
            return "py" if "python" in first else "sh"
        return "other"

    def of(self, *kinds):
        return [path for path in self.paths if self.kind(path) in kinds]

    def under(self, folder, kind):
        return [path for path in self.of(kind) if path.startswith(folder)]

    def code(self, path):
        """C without comments, and strings without contents; directives stay."""
        if path not in self.codes:
            self.codes[path] = TOKEN.sub(blank_token, self.texts[path])
        return self.codes[path]

    def functions(self, path):
        return functions(DIRECTIVE.sub(blank, self.code(path)))

    def named(self, path):
        """Every word of a header's code: NetBSD declares functions in many ways."""
        return set(re.findall(r"\b[A-Za-z_]\w*", self.code(path)))

    def includes(self, path):
        """Of each include: line, opening sign, name."""
        text = TOKEN.sub(lambda m: blank(m) if m.group()[0] == "/" else m.group(),
                         self.texts[path])
        return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2))
                for m in INCLUDE.finditer(text)]

    def pure(self):
        """The pure files: those of the lists without the kernel's base, and their headers."""
        lists = ("sys/dev/midi/files.midi", "sys/hosted/files.netbsd")
        listed = re.findall(r"^file\s+(\S+)", "".join(self.texts.get(name, "") for name in lists),
                            re.M)
        found = {"sys/dev/midi/midi_base.h"}
        for path in ("sys/" + name for name in listed):
            if path in self.texts and "<sys/systm.h>" not in self.texts[path]:
                found |= {path, path[:-1] + "h"}
        return found & set(self.paths)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def lines(tree, paths, pattern, what, flags=0):
    """A finding for each match of a pattern in the text."""
    for path in paths:
        for match in re.finditer(pattern, tree.texts[path], flags | re.M):
            yield path, line_of(tree.texts[path], match.start()), what % match.group().strip()


def say_skipped(rule, why):
    print("tidy: skipped %s: %s" % (rule, why), file=sys.stderr)


# --- The rules -------------------------------------------------------------

def rule_header(tree):
    hash_head = (r"(?:#![^\n]*\n)?(?:#\n)?# " + COPYRIGHT + r"\n# " + LICENCE +
                 r"\n#\n# \S")
    heads = {
        "c": r"/\*\n \* " + COPYRIGHT + r"\n \* " + LICENCE + r"\n \*/\n\n/\*\n \* (\S+)",
        "sh": hash_head, "py": hash_head, "make": hash_head,
        "man": r'\.\\" ' + COPYRIGHT + r'\n\.\\" ' + LICENCE + r"\n\.Dd ",
    }
    for path in tree.of(*heads):
        match = re.match(heads[tree.kind(path)], tree.texts[path])
        if match is None:
            yield path, 1, "does not begin with copyright, licence, essay"
        elif match.groups():
            name = match.group(1).rstrip(":,.")
            if not re.search(r"(?:^|/)%s(?:\.[ch])?$" % re.escape(name), path):
                yield path, 7, "the essay begins with `%s', not the file's name" % name


def rule_length(tree):
    limits = {"c": C_COLUMNS, "data": None}
    for path in tree.paths:
        kind = tree.kind(path)
        rows = tree.texts[path].split("\n")
        if kind != "data" and len(rows) - 1 > FILE_LINES:
            yield path, len(rows) - 1, "%d lines in a file" % (len(rows) - 1)
        limit = limits.get(kind, COLUMNS)
        for number, row in enumerate(rows, 1):
            # A table or an address cannot be broken.
            if limit is None or (kind == "md" and re.match(r"\s*\||.*://", row)):
                continue
            width = len(row.expandtabs(8))
            if width > limit:
                yield path, number, "%d columns in a line" % width
        yield from long_functions(tree, path, kind, rows)


def long_functions(tree, path, kind, rows):
    if kind == "c":
        spans = [(f.name, f.first, f.last) for f in tree.functions(path)]
    elif kind == "sh":
        spans = shell_functions(rows)
    elif kind == "py":
        spans = [(node.name, node.lineno, node.end_lineno)
                 for node in ast.walk(ast.parse("\n".join(rows)))
                 if isinstance(node, ast.FunctionDef)]
    else:
        spans = []
    for name, first, last in spans:
        if last - first + 1 > FUNCTION_LINES:
            yield path, first, "%d lines in %s()" % (last - first + 1, name)


def shell_functions(rows):
    spans = []
    open_at = None
    for number, row in enumerate(rows, 1):
        match = re.match(r"(\w+)\(\)", row)
        if match:
            open_at = (match.group(1), number)
        elif row == "}" and open_at is not None:
            spans.append((*open_at, number))
            open_at = None
    return spans


def rule_space(tree):
    texts = [path for path in tree.paths if tree.kind(path) != "data"]
    for path in texts:
        text = tree.texts[path]
        if text and (not text.endswith("\n") or text.endswith("\n\n")):
            yield path, line_of(text, len(text) - 1), "does not end with one newline"
        if tree.kind(path) == "sh":
            # What a program is expected to print may end with a blank.
            text = re.sub(r"(?ms)(<<-?[\\']?(\w+)'?[^\n]*)\n.*?^\t*\2$",
                          lambda m: m.group(1) + "\n" * m.group().count("\n"), text)
        for match in re.finditer(r"[ \t\r]+$", text, re.M):
            yield path, line_of(text, match.start()), "white space at the end"
    for path in tree.of("c"):
        for match in re.finditer(r"^(?: {8}| +\t)", tree.texts[path], re.M):
            yield path, line_of(tree.texts[path], match.start()), "spaces in the place of a tab"
        for function in tree.functions(path):
            if function.column != 0:
                yield path, function.first, "%s() is not at the line's beginning" % function.name


def rule_prefix(tree):
    for path in tree.under("sys/dev/", "c") + tree.under("sys/hosted/", "c"):
        if not path.endswith(".c"):
            continue
        folder = os.path.dirname(path)
        stem = os.path.basename(path)[:-2]
        allowed = {stem + end for end in FUSED}
        for header in tree.of("c"):
            if header.endswith(".h") and header.startswith(INTERFACES.get(folder, ("//",))):
                allowed |= tree.named(header)
        # A driver of the hosted kernel: kern_hostmidi.c has hostmidiattach().
        if stem.startswith("kern_"):
            allowed |= {stem[5:] + end for end in FUSED}
        for function in tree.functions(path):
            if not (function.static or function.name.startswith(stem + "_") or
                    function.name in allowed):
                yield path, function.first, "%s() has not the prefix %s_" % (function.name, stem)


def directives(tree, path):
    for match in DIRECTIVE.finditer(tree.code(path)):
        yield line_of(tree.code(path), match.start()), match.group()


def rule_kernel(tree):
    for path in tree.of("c"):
        for line, text in directives(tree, path):
            if path not in KERNEL_TESTS and re.search(r"\b_KERNEL\b", text):
                yield path, line, "_KERNEL belongs to midi_base.h"


def rule_words(tree):
    texts = [path for path in tree.paths if not path.startswith(SELF)]
    yield from lines(tree, texts, r"\b(?:TODO|FIXME|XXX|HACK)\b", "%s")
    for path in tree.of("c"):
        for line, text in directives(tree, path):
            if re.match(r"\s*#\s*(?:el)?if\s+(?:[01]\b|defined\(not|!?notyet|!?notdef)", text):
                yield path, line, "code that is switched off"
            elif re.match(r"\s*#\s*ifn?def\s+(?:notyet|notdef|later)\b", text):
                yield path, line, "code that is switched off"


def rule_hosts(tree):
    """Systems for the core; versions of Linux for all but their one place."""
    systems = re.compile(r"\b(?:_*(?:gnu_)?linux_*|_*unix_*|__(?:Free|Net|Open)BSD__|"
                         r"__DragonFly__|__APPLE__|__NetBSD_Version__|__FreeBSD_version|"
                         r"__sun\w*|__CYGWIN__|_WIN32|_MSC_VER)\b")
    versions = re.compile(r"\b(?:LINUX_VERSION_CODE|KERNEL_VERSION)\b")
    for path in tree.of("c"):
        core = path.startswith(("sys/dev/", "sys/sys/"))
        for line, text in directives(tree, path):
            match = systems.search(text) if core else None
            if path != "sys/hosted/linux/linux_compat.h":
                match = match or versions.search(text)
            if match and "include" not in text:
                yield path, line, "%s is tested" % match.group()


# Layers.  Each function says whether a file of the layer may include a name.

def may_pure(tree, path, name):
    if path == "sys/dev/midi/midi_base.h":
        return name in BASE_MAY
    return name in PURE_MAY or (name.endswith(".h") and "sys/" + name in tree.pure())


def may_core(tree, path, name):
    """Also drivers: NetBSD's interface, and the headers that are theirs to see."""
    base = os.path.basename(path)
    if name == "dev/midi/midivar.h":
        return re.fullmatch(r"sys/dev/midi/midi\w*\.[ch]", path) is not None
    if name == "dev/midi/sequencervar.h":
        return base.startswith("seq") and path.startswith("sys/dev/midi/")
    return is_kpi(tree, name) or (name.startswith("dev/") and "sys/" + name in tree.texts)


def is_kpi(tree, name):
    if name in MADE:
        return True
    return any(folder + name in tree.texts for folder in ("sys/hosted/include/", "sys/"))\
        and (name.startswith(("sys/", "machine/", "dev/audio/", "dev/usb/", "dev/isa/"))
             or name == "ioconf.h")


def may_shared(tree, path, name):
    return name in ("sys/types.h", "sys/ioccom.h", "sys/midiio.h")


def may_include(tree, path, name):
    return is_kpi(tree, name)


def may_seam(tree, path, name):
    return False


def may_kern(tree, path, name):
    if name in ("dev/midi/midivar.h", "dev/midi/sequencervar.h"):
        return False
    if name.startswith("hosted/"):
        return name in ("hosted/host.h", "hosted/hosted.h") or name.startswith("hosted/kern/")
    return may_core(tree, path, name)


def may_host(tree, path, name):
    """Its own system's, and the seams; nothing of the kernel's."""
    if name.startswith("hosted/"):
        own = os.path.dirname(path)[len("sys/"):] + "/"
        return name in ("hosted/host.h", "hosted/hosted.h") or name.startswith(own)
    return not name.startswith("dev/") and "/include/" not in name


def may_test(tree, path, name):
    if name.startswith("dev/"):
        return "sys/" + name in tree.pure()
    if name.startswith("hosted/"):
        return name in ("hosted/host.h", "hosted/hosted.h") or \
            name.startswith(("hosted/sim/", "hosted/user/"))
    return True


def may_program(tree, path, name):
    if name.startswith("hosted/"):
        return path.startswith("usr.bin/midihost/") and \
            (name == "hosted/hosted.h" or name.startswith("hosted/user/"))
    return may_test(tree, path, name)


# The first that matches is a file's layer: pattern, test, flags of its headers.
LAYERS = (
    (r"sys/dev/", may_core, (KFLAGS,)),
    (r"sys/sys/", may_shared, (KFLAGS, UFLAGS)),
    (r"sys/hosted/include/", may_include, (KFLAGS,)),
    (r"sys/hosted/kern/", may_kern, (KFLAGS,)),
    (r"sys/hosted/linux/", may_host, ()),
    (r"sys/hosted/\w+\.h", may_seam, (KFLAGS, UFLAGS)),
    (r"sys/hosted/", may_host, (UFLAGS,)),
    # Kernel code that tests run: drivers, variants made wrong, configurations.
    (r"tests/(.*/)?(kernspace|broken)/|tests/(.*/)?ioconf\w*\.c", may_kern, (KFLAGS,)),
    (r"tests/", may_test, (UFLAGS,)),
    (r"usr\.bin/", may_program, (UFLAGS,)),
)


def layer(tree, path):
    if path in tree.pure():
        return may_pure, (KFLAGS, UFLAGS)
    for pattern, test, flags in LAYERS:
        if re.match(pattern, path):
            return test, flags
    return None, ()


def rule_includes(tree):
    for path in tree.of("c"):
        test, _ = layer(tree, path)
        before = None
        for line, sign, name in tree.includes(path):
            if INCLUDES_MAY.get(path) != name and test is not None and \
                    not beside(tree, path, sign, name) and not test(tree, path, name):
                yield path, line, "<%s> is not this layer's" % name
            # midi_if.h comes before midi/midi_box.h.
            now = (name not in INCLUDED_FIRST, name.replace("/", "~"))
            if before is not None and before[0] == line - 1 and before[1] == sign and \
                    now[0] and before[2] > now:
                yield path, line, "<%s> is out of order" % name
            before = (line, sign, now)


def beside(tree, path, sign, name):
    """In quotes: a file of the same folder, of the same tests, or of what programs share."""
    where = os.path.normpath(os.path.join(os.path.dirname(path), name))
    return sign == '"' and \
        ("/" not in name and (where in tree.texts or
                              "usr.bin/midi/common/" + name in tree.texts) or
         path.startswith("tests/") and where.startswith("tests/") and where in tree.texts)


def compiler_for(rule):
    compiler = os.environ.get("CC", "gcc")
    if shutil.which(compiler) is None:
        say_skipped(rule, "no compiler " + compiler)
        return None
    return compiler


def compile_text(tree, compiler, flags, source):
    """What the compiler has to say, without a file of its own."""
    result = subprocess.run(
        [compiler, *shlex.split(flags), "-I.", "-fsyntax-only", "-x", "c", "-"], cwd=tree.top,
        input=source.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C"})
    return result.stdout.decode(errors="replace") if result.returncode else ""


def first_complaint(text):
    match = re.search(r":(\d+)(?::\d+)?: (?:fatal )?(?:error|warning): ([^\n]*)", text)
    return (int(match.group(1)), match.group(2)) if match else (1, text[:200])


def rule_headers(tree):
    compiler = compiler_for("headers")
    if compiler is None:
        return
    fuse = subprocess.run("pkg-config --cflags fuse3", shell=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout.decode()
    jobs = []
    for path in tree.of("c"):
        if path.endswith(".h"):
            for flags in layer(tree, path)[1]:
                extra = fuse if flags == UFLAGS else ""
                jobs.append((path, flags + " " + extra + " -I" + os.path.dirname(path)))

    def run(job):
        twice = '#include "%s"\n' % job[0] * 2
        return job[0], compile_text(tree, compiler, job[1], twice)

    with ThreadPoolExecutor(2) as pool:
        for path, text in pool.map(run, jobs):
            # What is not installed cannot be included.
            if text and not re.search(r"fatal error: .?(?:fuse|atf|cuse).*not? ", text):
                line, what = first_complaint(text)
                yield path, line, "does not compile alone: " + what


def rule_examples(tree):
    compiler = compiler_for("examples")
    if compiler is None:
        return
    for path in tree.of("man"):
        for match in re.finditer(r"^\.Bd -literal[^\n]*\n(#include.*?)^\.Ed", tree.texts[path],
                                 re.M | re.S):
            source = match.group(1).replace("\\&", "").replace("\\e", "\\")
            flags = KFLAGS if "<dev/" in source else UFLAGS
            text = compile_text(tree, compiler, flags, source)
            if text:
                line, what = first_complaint(text)
                first = line_of(tree.texts[path], match.start(1))
                yield path, first + line - 1, "does not compile: " + what


WALK = re.compile(r"[\s│├└─|`<>+-]*([\w./-]+\.[ch])\s+([A-Za-z_]\w*)(?:\(\))?(?=\s|$)")


def rule_walks(tree):
    path = "README.md"
    if path not in tree.texts:
        yield path, 1, "is not there"
        return
    walks = 0
    for match in re.finditer(r"^```([^\n]*)\n(.*?)^```", tree.texts[path], re.M | re.S):
        rows = match.group(2).split("\n")
        steps = sum(WALK.match(row) is not None for row in rows)
        if steps < (1 if match.group(1).strip() == "walk" else 3):
            continue
        walks += 1
        first = line_of(tree.texts[path], match.start(2))
        for line, row in enumerate(rows, first):
            why = walk_step(tree, row)
            if why:
                yield path, line, why
    if walks < 2:
        yield path, 1, "has %d walks, not two" % walks


def walk_step(tree, row):
    match = WALK.match(row)
    if match is None:
        return "no function beside the file" if re.search(r"\w\.[ch]\b", row) else None
    for path in (match.group(1), "sys/" + match.group(1)):
        if path in tree.texts:
            if match.group(2) in {f.name for f in tree.functions(path)}:
                return None
            return "%s() is not in %s" % (match.group(2), path)
    return "there is no %s" % match.group(1)


def manual_names(tree, section):
    """What the NAME sections of the manuals of a section name."""
    names = set()
    for path in tree.of("man"):
        if section is None or path.endswith("." + section):
            text = re.sub(r"(?s).*^\.Sh NAME\n(.*?)^\.Nd .*", r"\1", tree.texts[path],
                          flags=re.M)
            names |= set(re.findall(r"^\.Nm (\S+)", text, re.M))
    return names


def rule_manuals(tree):
    programs = manual_names(tree, "1") | manual_names(tree, "8")
    devices = manual_names(tree, "4")
    for path in tree.under("usr.bin/", "c"):
        name = path.split("/")[1]
        if path.endswith(".c") and name not in programs:
            for function in tree.functions(path):
                if function.name == "main":
                    yield path, function.first, "%s has no manual" % name
    for path in tree.under("sys/dev/", "c"):
        for match in re.finditer(r"^CFATTACH_DECL\w*\((\w+)", tree.code(path), re.M):
            # opl_isa is opl(4) at a bus.
            if not {match.group(1), match.group(1).split("_")[0]} & devices:
                yield path, line_of(tree.code(path), match.start()), \
                    "%s(4) is not there" % match.group(1)
    path = "sys/hosted/kern/ioconf.c"
    text = tree.texts.get(path, "")
    for match in re.finditer(r'^\t\{ "(\w+)", &\w+_cdevsw', text, re.M):
        if not any(re.search(r"^\.(?:It )?Pa /dev/%s" % match.group(1), tree.texts[manual], re.M)
                   for manual in tree.of("man") if manual.endswith(".4")):
            yield path, line_of(text, match.start()), \
                "no manual has the node %s among its files" % match.group(1)
    for path in tree.of("man"):
        yield from manual_sections(tree, path)


def manual_sections(tree, path):
    sections = {"1": ("SEE ALSO",), "8": ("SEE ALSO",), "9": ("SEE ALSO",),
                "4": ("FILES", "EXAMPLES", "ERRORS", "SEE ALSO", "BUGS")}
    for section in sections.get(path[-1], ()):
        if not re.search(r"^\.Sh %s$" % section, tree.texts[path], re.M):
            yield path, 1, "has no section " + section
    ours = {os.path.basename(name) for name in tree.of("man")}
    stems = {name[:-2] for name in ours}
    for match in re.finditer(r"^\.Xr (\S+) (\d)", tree.texts[path], re.M):
        if match.group(1) in stems and "%s.%s" % match.groups() not in ours:
            yield path, line_of(tree.texts[path], match.start()), \
                "there is no %s(%s)" % match.groups()


def rule_lint(tree):
    manuals = tree.of("man")
    if not manuals:
        return
    try:
        result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", *manuals], cwd=tree.top,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError:
        say_skipped("lint", "no mandoc")
        return
    for row in result.stdout.decode().splitlines():
        match = re.match(r"mandoc: ([^:]+):(\d+):\d+: (.*)", row)
        if match:
            yield match.group(1), int(match.group(2)), match.group(3)
        else:
            yield manuals[0], 1, row


def requests(tree):
    """Of each request of midiio.h: name, line, where it is carried out, which manuals name
    it."""
    header = "sys/sys/midiio.h"
    text = tree.texts.get(header, "")
    for match in re.finditer(r"^#define\s+(\w+)\s+_IO[RW]*\(", text, re.M):
        word = re.compile(r"\b%s\b" % match.group(1))
        done = [path for path in tree.under("sys/dev/", "c") if word.search(tree.code(path))]
        told = [path for path in tree.of("man") if word.search(tree.texts[path])]
        yield match.group(1), line_of(text, match.start()), done, told


def rule_requests(tree):
    for name, line, done, told in requests(tree):
        if done and not any(path.endswith(".4") for path in told):
            yield "sys/sys/midiio.h", line, "%s is in no manual of section 4" % name


def rule_paths(tree):
    texts = [path for path in tree.paths if not path.startswith(SELF)]
    yield from lines(tree, texts, r"(?<![\w.$})~*-])/(?:home|root|work)(?=/|$|\W)", "%s")
    texts = [path for path in texts
             if not path.startswith("tests/") and tree.kind(path) not in ("man", "md")]
    yield from lines(tree, texts, r"(?<![\w.$})~*-])/tmp(?=/|$|\W)", "%s")


def rule_files(tree):
    path = "sys/dev/midi/files.midi"
    text = tree.texts.get(path, "")
    listed = set()
    for match in re.finditer(r"^file\s+(\S+)", text, re.M):
        listed.add("sys/" + match.group(1))
        if "sys/" + match.group(1) not in tree.texts:
            yield path, line_of(text, match.start()), "there is no " + match.group(1)
    for name in tree.under("sys/dev/midi/", "c"):
        if name.endswith(".c") and name not in listed:
            yield name, 1, "is not in files.midi"
    for name in tree.paths:
        if name.endswith((".orig", ".rej", ".swp", "~")):
            yield name, 1, "is left over"


def mentions(tree, path):
    """How often a file names what: of a header, only what it does itself."""
    code = tree.code(path)
    if path.endswith(".h"):
        parts = [m.group() for m in DIRECTIVE.finditer(code)]
        rows = DIRECTIVE.sub(blank, code).split("\n")
        parts += ["\n".join(rows[f.first - 1:f.last]) for f in tree.functions(path)]
        code = "\n".join(parts)
    return collections.Counter(re.findall(r"\b[A-Za-z_]\w*", code))


def rule_users(tree):
    product = [p for p in tree.of("c") if p.startswith(("sys/", "usr.bin/"))]
    named = {path: mentions(tree, path) for path in product}
    tests = set().union(*(tree.named(p) for p in tree.under("tests/", "c")))
    told = {group: set().union(*(tree.named(p) for p in product
                                 if p.endswith(".h") and p.startswith(group)))
            for group in (FOR_DRIVERS, FOR_TESTS)}
    defined = {path: {f.name: f for f in tree.functions(path) if not f.static}
               for path in product if path.endswith(".c")}
    for path, found in defined.items():
        for name, function in found.items():
            if name == "main" or name in told[FOR_DRIVERS] or \
                    any(name in named[p] and name not in defined.get(p, ()) for p in product):
                continue
            if name in tests and (named[path][name] > 1 or name in told[FOR_TESTS] or
                                  re.fullmatch(FOR_ASSERTIONS, name)):
                continue
            yield path, function.first, "%s() has no user%s" % (
                name, "" if named[path][name] == 1 else " but its own file")


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def list_requests(tree):
    for name, _, done, told in requests(tree):
        print("%-28s %-32s %s" % (name, " ".join(done) or "-",
                                  " ".join(os.path.basename(path) for path in told) or "-"))


def usage():
    print("usage: tidy.py [-l] [-r rule[,rule ...]] [top]\nrules: " + " ".join(RULES),
          file=sys.stderr)
    return 2


def main(argv):
    chosen = list(RULES)
    listing = False
    try:
        options, rest = getopt.getopt(argv, "lr:")
    except getopt.GetoptError:
        return usage()
    for option, value in options:
        if option == "-l":
            listing = True
        else:
            chosen = value.split(",")
    if len(rest) > 1 or not set(chosen) <= set(RULES):
        return usage()
    here = os.path.dirname(os.path.abspath(__file__))
    tree = Tree(os.path.abspath(rest[0] if rest else os.path.join(here, "..", "..")))
    if not tree.paths:
        print("tidy: no files in " + tree.top, file=sys.stderr)
        return 2
    if listing:
        list_requests(tree)
        return 0
    found = 0
    for rule in chosen:
        for path, line, what in sorted(RULES[rule](tree)):
            print("%s:%d: %s: %s" % (path, line, rule, what))
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
