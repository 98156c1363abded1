#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# table.py: the table of `make bench-vm', from the two logs of run.sh.
#
#	table.py ICOUNT.LOG REAL.LOG
#
# A row has our figure, ALSA's and how many times as much ALSA's is: of the
# deterministic machine, where 2 ns are one instruction, and of the one in real
# time.  Targets are for the deterministic one.  A target that is missed is
# said, and is no failure.

import sys

INSTRUCTION_NS = 2

# What, our key, ALSA's key, field, target or None, how it is printed.
LATENCY = [
    ("pipe, floor", "pipe", None),
    ("pty, floor", "pty", None),
    ("a cable / virmidi, connected", "ours-cable", "alsa-connect"),
    ("a connection / virmidi, connected", "ours-connect", "alsa-connect"),
    ("cat / cat", "ours-cat", "alsa-cat"),
]
LATE = [(period, spins) for period in (5000, 5300) for spins in (0, 1, 4)]
RATE = [
    ("3-byte writes, pipe", "pipe-rate-3", None),
    ("3-byte writes", "ours-rate-3", "alsa-rate-3"),
    ("3-byte writes, a connection", "ours-connect-rate-3", "alsa-rate-3"),
    ("1023-byte writes, pipe", "pipe-rate-1023", None),
    ("1023-byte writes", "ours-rate-1023", "alsa-rate-1023"),
]
CONNECTION_MAX = 10150 / 2		# instructions
LATE_P99_MAX = 60.0			# us, at 5.3 ms
LATE_MEDIAN_MAX = 25.0
RATE_MAX = 13600 / 3			# instructions

missed = []


def figures(path):
    found = {}
    inside = False
    with open(path, errors="replace") as file:
        for line in file:
            line = line.strip()
            if line in ("== begin", "== end"):
                inside = line == "== begin"
                continue
            words = line.split()
            if inside and len(words) > 1:
                try:
                    found[words[0]] = [float(i) for i in words[1:]]
                except ValueError:
                    print("table: not a figure: " + line, file=sys.stderr)
    return found


def get(log, key, field):
    return log[key][field] if key in log and field < len(log[key]) else None


def cell(value, scale, digits):
    return "-" if value is None else "%.*f" % (digits, value / scale)


def times(ours, alsa):
    return "%.1f" % (alsa / ours) if ours and alsa else "-"


def row(what, logs, ours, alsa, field, scales, digits, target=None):
    cells = []
    for log, scale in zip(logs, scales):
        a, b = get(log, ours, field), get(log, alsa, field)
        cells += [cell(a, scale, digits), cell(b, scale, digits), times(a, b)]
    value = get(logs[0], ours, field)
    said = ""
    if target is not None:
        met = value is not None and value / scales[0] <= target
        said = "at most %.*f: %s" % (digits, target, "met" if met else "MISSED")
        if not met:
            missed.append(what)
    print("%-46s %9s %9s %6s   %9s %9s %6s  %s" % (what, *cells, said))


def head(what, unit, real):
    print("\n%-46s %9s %9s %6s   %9s %9s %6s" % (
        what + ", " + unit, "ours", "ALSA", "times", "ours", "ALSA", "times") +
        ("  (real time: %s)" % real if real != unit else ""))


def main():
    logs = [figures(i) for i in sys.argv[1:3]]
    print("%-46s %-28s  %-28s" % ("", "one instruction = 2 ns", "real time"))
    both = (INSTRUCTION_NS, 1000)
    head("A note from write to read, same thread", "instructions", "us")
    for what, ours, alsa in LATENCY:
        row(what, logs, ours, alsa, 0, both, 0 if both[0] else 1,
            CONNECTION_MAX if ours == "ours-connect" else None)
    head("The same, reader waiting", "us", "us")
    for what, ours, alsa in LATENCY:
        row(what, logs, ours + "-blocked", alsa and alsa + "-blocked", 0,
            (1000, 1000), 1)
    head("p99 of it", "us", "us")
    for what, ours, alsa in LATENCY:
        row(what, logs, ours + "-blocked", alsa and alsa + "-blocked", 1,
            (1000, 1000), 1)
    for field, name in ((0, "median"), (1, "p99"), (2, "worst")):
        head("Lateness of the sequencer, " + name, "us", "us")
        for period, spins in LATE:
            key = "%d-%d" % (period, spins)
            limit = (LATE_MEDIAN_MAX, LATE_P99_MAX, None)[field]
            row("every %.1f ms, %d busy loops" % (period / 1000, spins), logs,
                "ours-late-" + key, "alsa-late-" + key, field, (1000, 1000), 1,
                limit if period == 5300 else None)
    head("A note at saturation", "instructions", "us")
    for what, ours, alsa in RATE:
        row(what, logs, ours, alsa, 0, both, 0,
            RATE_MAX if ours == "ours-rate-3" else None)
    head("Notes lost of those", "notes", "notes")
    for what, ours, alsa in RATE:
        row(what, logs, ours, alsa, 1, (1, 1), 0)
    head("Breaks: torn, or behind a loss", "times", "times")
    for what, ours, alsa in RATE:
        row(what, logs, ours, alsa, 2, (1, 1), 0)
    head("Memory of an open node", "bytes", "bytes")
    row("for both directions", logs, "ours-memory", "alsa-memory", 0, (1, 1), 0)
    print("\n%s" % ("All targets are met." if not missed else
                    "Missed: " + "; ".join(missed) + "."))


main()
