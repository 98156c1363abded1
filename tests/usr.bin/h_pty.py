#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_pty.py: run a program on a terminal, and be the user.
#
#	h_pty.py program argument ... <script
#
# The program has a pseudo-terminal of 24 lines and 80 columns as its
# controlling terminal.  Each line of the script is one of these; what waits
# does so for a minute at most, and then all fails with what was seen.
#
#	expect regex	wait until the terminal shows it, behind what was
#			expected before
#	send text	type it; Python's escapes
#	resize n	have n columns
#	signal name	send a signal to the program: TERM
#	job fg|bg	another job is in the foreground: bg; or it again: fg
#	stopped		wait until the program is stopped, then continue it
#	notes file n	wait until exactly n notes sound by the MIDI bytes there
#	more file	wait until more bytes are there than at the last `more'
#	silent file	no note may sound by now
#	status n	wait for its end with this status, -n: by that signal
#	cooked		the terminal must have its lines and its echo again
#
# Exit status 0: all came; 1: not; 2: no such command.

import fcntl
import os
import re
import select
import shlex
import signal
import struct
import sys
import termios
import time

sys.dont_write_bytecode = True
from h_smf import PATIENCE, sounding  # noqa: E402


class User:
    def __init__(self, argv):
        self.seen = b""
        self.at = 0
        self.sizes = {}
        self.status = None
        self.terminal, far = os.openpty()
        self.resize(80)
        # The program is a job of its own, in a session of the terminal's.
        ready, go = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            os.close(self.terminal)
            os.setsid()
            fcntl.ioctl(far, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            self.lead(argv, far, ready)
        os.close(far)
        os.close(ready)
        self.control = go

    def lead(self, argv, far, ready):
        """What a shell does: give the terminal to the job, or take it."""
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            os.setpgid(0, 0)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
            os.tcsetpgrp(far, os.getpid())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            for fd in range(3):
                os.dup2(far, fd)
            os.close(far)
            os.execvp(argv[0], argv)
        notes = os.fdopen(os.open("h_pty.state", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb", 0)
        notes.write(b"pid %d\n" % pid)
        while True:
            readable, _, _ = select.select([ready], [], [], 0.05)
            if readable:
                command = os.read(ready, 1)
                if command in (b"f", b"b"):
                    os.tcsetpgrp(far, pid if command == b"f" else os.getpgrp())
                elif command == b"c":
                    os.tcsetpgrp(far, pid)
                    os.killpg(pid, signal.SIGCONT)
                else:
                    try:
                        os.killpg(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                    os._exit(1)
                notes.write(b"did %s\n" % command)
            done, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
            if done and os.WIFSTOPPED(status):
                os.tcsetpgrp(far, os.getpgrp())
                notes.write(b"stopped\n")
            elif done:
                notes.write(b"status %d\n" % os.waitstatus_to_exitcode(status))
                select.select([ready], [], [])
                os._exit(0)

    def states(self):
        try:
            with open("h_pty.state") as f:
                return f.read().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def pid(self):
        self.until(lambda: self.states())
        return int(self.states()[0].split()[1])

    def drain(self):
        readable, _, _ = select.select([self.terminal], [], [], 0.02)
        if readable:
            try:
                self.seen += os.read(self.terminal, 65536)
            except OSError:
                pass

    def until(self, come):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.drain()
            if come():
                return
        raise TimeoutError("in vain")

    def state(self, word):
        """Wait for one more of these, and tell what stands behind it."""
        n = self.sizes.get(word, 0)

        def come():
            return sum(s.split()[0] == word for s in self.states()) > n
        self.until(come)
        self.sizes[word] = n + 1
        return [s for s in self.states() if s.split()[0] == word][n].split()[1:]

    def resize(self, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    # The commands.

    def do_expect(self, regex):
        def come():
            match = re.compile(regex.encode(), re.S).search(self.seen, self.at)
            if match:
                self.at = match.end()
            return match is not None
        self.until(come)

    def do_send(self, text):
        os.write(self.terminal, text.encode().decode("unicode_escape").encode("latin1"))

    def do_resize(self, columns):
        self.resize(int(columns))

    def do_signal(self, name):
        os.kill(self.pid(), getattr(signal, "SIG" + name))

    def do_job(self, where):
        os.write(self.control, where[0].encode())
        self.state("did")

    def do_stopped(self):
        self.state("stopped")

    def do_continue(self):
        os.write(self.control, b"c")
        self.state("did")

    def do_notes(self, path, n):
        self.until(lambda: sounding(path) == int(n))

    def do_more(self, path):
        size = self.sizes.get(path, 0)
        self.until(lambda: os.path.getsize(path) > size)
        self.sizes[path] = os.path.getsize(path)

    def do_silent(self, path):
        self.until(lambda: sounding(path) == 0)
        if sounding(path) != 0:
            raise TimeoutError("a note sounds")

    def do_status(self, want):
        got = self.state("status")[0]
        if got != want:
            raise TimeoutError("status " + got)

    def do_cooked(self):
        flags = termios.tcgetattr(self.terminal)[3]
        if not flags & termios.ICANON or not flags & termios.ECHO:
            raise TimeoutError("the terminal was left as it is")


def main(argv):
    if len(argv) < 2:
        print("usage: h_pty.py program argument ... <script", file=sys.stderr)
        return 2
    user = User(argv[1:])
    result = 0
    for number, line in enumerate(sys.stdin, 1):
        words = line.strip().split(" ", 1)
        if not words[0] or words[0].startswith("#"):
            continue
        command = getattr(user, "do_" + words[0], None)
        if command is None:
            print("%d: no command: %s" % (number, words[0]), file=sys.stderr)
            result = 2
            break
        try:
            if words[0] in ("notes",):
                command(*shlex.split(words[1]))
            else:
                command(*words[1:])
        except TimeoutError as error:
            print("%d: %s: %s\nseen: %r" % (number, line.strip(), error, user.seen[-2000:]),
                  file=sys.stderr)
            result = 1
            break
    os.write(user.control, b"k")
    os.waitpid(user.leader, 0)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv))
