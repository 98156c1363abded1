#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# opl_bank.py: make oplinstrs.c from opl_bank.txt.
#
#	opl_bank.py <opl_bank.txt >oplinstrs.c
#
# A line that is wrong is told on standard error; then nothing is made.

import re
import sys

FLAGS = {"s": 0x20, "v": 0x40, "t": 0x80, "k": 0x10, "-": 0}
FIRST_DRUM = 35
DRUMS = 47
PROGRAMS = 128

HEAD = """/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * oplinstrs.c: the instruments that opl(4) has from the beginning.
 *
 * Made by opl_bank.py from opl_bank.txt; change that.  The bytes are those of
 * opl_patch.h, and the key of a drum.
 */

#include <dev/ic/oplinstrs.h>

const uint8_t oplinstrs_bank[OPLINSTRS_NUMBER][OPLINSTRS_BYTES] = {
"""


class Wrong(Exception):
    pass


def numbers(words, highest, what):
    values = []
    for word, most in zip(words, highest):
        if not word.isdigit() or int(word) > most:
            raise Wrong("%s: %s is not 0..%d" % (what, word, most))
        values.append(int(word))
    return values


def operator(text, what):
    """The five register bytes of an operator."""
    words = text.split()
    if len(words) != 9 or not re.fullmatch("-|[svtk]+", words[0]):
        raise Wrong("%s: not nine words" % what)
    flags = sum(FLAGS[letter] for letter in set(words[0]))
    mult, scale, level, attack, decay, sustain, release, wave = numbers(
        words[1:], (15, 3, 63, 15, 15, 15, 15, 3), what)
    return (flags | mult, scale << 6 | level, attack << 4 | decay, sustain << 4 | release, wave)


def instrument(parts):
    """Twelve bytes: the two operators in turn, the connection, the key."""
    connection = parts[0].split()
    if len(connection) != 2 or connection[1] not in ("fm", "add"):
        raise Wrong("not `feedback fm' or `feedback add'")
    feedback = numbers(connection[:1], (7,), "feedback")[0]
    modulator = operator(parts[1], "modulator")
    carrier = operator(parts[2], "carrier")
    key = numbers(parts[3:], (127,), "key")[0] if len(parts) > 3 else 0
    pairs = [byte for both in zip(modulator, carrier) for byte in both]
    return pairs + [feedback << 1 | (connection[1] == "add"), key]


def read(lines):
    """Name and bytes of each instrument, by its place in the bank."""
    bank = {}
    for number, line in enumerate(lines, 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        parts = [part.strip() for part in line.split("/")]
        match = re.fullmatch(r"(d?)(\d+) (\S.*)", parts[0])
        try:
            if match is None or len(parts) != (5 if match.group(1) else 4):
                raise Wrong("not `number name / ...'")
            place = int(match.group(2)) - 1
            if match.group(1):
                place = PROGRAMS + int(match.group(2)) - FIRST_DRUM
            if place in bank:
                raise Wrong("there is %s already" % bank[place][0])
            bank[place] = (match.group(3), instrument(parts[1:]))
        except Wrong as wrong:
            raise Wrong("line %d: %s" % (number, wrong)) from None
    if sorted(bank) != list(range(PROGRAMS + DRUMS)):
        raise Wrong("not %d programs and %d drums" % (PROGRAMS, DRUMS))
    return bank


def main():
    try:
        bank = read(sys.stdin)
    except Wrong as wrong:
        print("opl_bank.py: " + str(wrong), file=sys.stderr)
        return 1
    text = HEAD
    for place in sorted(bank):
        name, row = bank[place]
        text += "\t/* %s */\n\t{ %s,\n\t    %s },\n" % (
            name, ", ".join("0x%02x" % byte for byte in row[:8]),
            ", ".join("0x%02x" % byte for byte in row[8:]))
    sys.stdout.write(text + "};\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
