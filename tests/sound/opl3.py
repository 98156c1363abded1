#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# opl3.py BUILD: opl(4) as a module of Linux on an OPL3 that others have made,
# that of the Sound Blaster 16 of Bochs, which logs every write to its registers.
#
# The chip must be known for what it is, be put into its own mode before its
# second bank is used, and out of it at the end; 18 notes of one chord must be in
# 18 channels, each at its pitch and where its MIDI channel stands.  The machine
# is that of tests/uart/mpu.py.

import math
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../uart"))

import mpu  # noqa: E402
from wire import Wrong  # noqa: E402

RATE = 14318180 / 288
KEYS = range(40, 94, 3)     # 18 of them
LEFT, RIGHT = 0x10, 0x20
# Ticks of Bochs for a second, and what an OPL3 needs between two writes.
TICKS = 50000000
PAUSE = 4.4e-6

mpu.MODULES = "kern midi isa midisyn opl".split()
mpu.INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
for m in kern midi isa midisyn; do
	insmod /bsdmidi_$m.ko
done
insmod /bsdmidi_opl.ko &&
    (cat /out; sleep 1) >/dev/rmidi0 &&
    rmmod bsdmidi_opl &&
    ! grep opl /proc/ioports &&
    echo "opl: done"
dmesg | grep -E 'opl|midi0'
# The console is to have it all.
sleep 2
poweroff -f
"""


def chord():
    """An organ on two channels, the first at the left and the second at the right."""
    out = bytes([0xb0, 10, 0, 0xb1, 10, 127, 0xc0, 19, 0xc1, 19])
    for i, key in enumerate(KEYS):
        out += bytes([0x90 | i % 2, key, 100])
    return out


def writes(where):
    """When each register was written, and what; those of the second bank from 0x100 on."""
    found = []
    with open(os.path.join(where, "sb16.log"), encoding="latin-1") as log:
        for line in log:
            match = re.match(r"(\d+) .*Write to OPL\((\d)\) register (\w+): (\w+)", line)
            if match:
                found.append((int(match.group(1)), int(match.group(2)) << 8 |
                              int(match.group(3), 16), int(match.group(4), 16)))
    return found


def channel(register):
    return (register & 0x0f) + (9 if register >= 0x100 else 0)


def check_start(found):
    """The mode comes first, and goes last."""
    mode = [i for i, (_, register, _) in enumerate(found) if register == 0x105]
    if [found[i][2] for i in mode] != [1, 0]:
        raise Wrong("the mode is written as %s" % [found[i][2] for i in mode])
    for i, (_, register, _) in enumerate(found):
        # A timer's control there is how an OPL2 is told from it.
        if register >= 0x100 and register not in (0x104, 0x105) and not \
                mode[0] < i < mode[1]:
            raise Wrong("register 0x%x is written outside the chip's mode" % register)
    before = 0
    for when, _, _ in found[mode[0]:]:
        if before and when - before < PAUSE * TICKS:
            raise Wrong("two writes are %d ticks apart" % (when - before))
        before = when


def check_chord(found):
    """The registers at the moment at which the most keys are on."""
    registers = {}
    most = {}
    for _, register, value in found:
        registers[register] = value
        keys = {r: registers.copy() for r, v in registers.items()
                if r & 0xf0 == 0xb0 and r & 0xff != 0xbd and v & 0x20}
        if len(keys) > len(most):
            most = keys
    if len(most) != len(KEYS):
        raise Wrong("%d keys are on, not %d" % (len(most), len(KEYS)))
    left = sorted(KEYS)
    for register, state in most.items():
        high = state[register]
        fnum = (high & 3) << 8 | state[register - 0x10]
        hertz = fnum * RATE / 2 ** (20 - (high >> 2 & 7))
        key = 69 + 12 * math.log2(hertz / 440)
        if round(key) not in left or abs(key - round(key)) > 0.02:
            raise Wrong("channel %d sounds at key %.3f" % (channel(register), key))
        left.remove(round(key))
        place = state[register + 0x10] & 0x30
        if place != (LEFT if (round(key) - KEYS[0]) // 3 % 2 == 0 else RIGHT):
            raise Wrong("key %d is at %02x" % (round(key), place))


def check(build):
    where = os.path.join(build, "bochs-opl3")
    os.makedirs(os.path.join(where, "cd"), exist_ok=True)
    mpu.image(build, where)
    mpu.files(build, where, chord())
    mpu.machine(where)
    with open(os.path.join(where, "console.log"), encoding="latin-1") as log:
        said = log.read()
    if "opl: done" not in said or "model OPL3" not in said:
        raise Wrong("the machine has not done it:\n%s" % said[-2000:])
    found = writes(where)
    check_start(found)
    check_chord(found)
    print("opl: %d writes, %d keys at their pitches and places" % (len(found), len(KEYS)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: opl3.py build")
    try:
        check(os.path.abspath(sys.argv[1]))
    except (Wrong, subprocess.CalledProcessError) as why:
        sys.exit("opl: %s" % why)
