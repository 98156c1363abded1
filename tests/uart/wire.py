# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# wire.py: streams of MIDI, and whether one is on a wire.

import random


class Wrong(Exception):
    pass


def stream(seed, size):
    """Whole messages with their status, no Active Sensing, of at least so many bytes."""
    rng = random.Random(seed)
    out = bytearray()
    while len(out) < size:
        kind = rng.choice([0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf0, 0xf8])
        if kind == 0xf8:
            out.append(rng.choice([0xf8, 0xfa, 0xfb, 0xfc]))
        elif kind == 0xf0:
            out += bytes([0xf0] + [rng.randrange(128) for _ in range(rng.randrange(200))] + [0xf7])
        else:
            n = 1 if kind in (0xc0, 0xd0) else 2
            out += bytes([kind | rng.randrange(16)] + [rng.randrange(1, 128) for _ in range(n)])
    return bytes(out)


def messages(data):
    """The messages of a wire, running status and all; real time by itself."""
    status, msg, found, realtime = 0, b"", [], []
    for byte in data:
        if byte >= 0xf8:
            if byte != 0xfe:
                realtime.append(byte)
            continue
        if byte == 0xf7 and status == 0xf0:
            found.append(msg + b"\xf7")
            status, msg = 0, b""
        elif byte >= 0x80:
            if msg[1:]:
                raise Wrong("a message is cut short: %s" % msg.hex())
            status, msg = byte, bytes([byte])
        else:
            if not status:
                raise Wrong("data without status: %02x" % byte)
            if not msg:
                msg = bytes([status])
            msg += bytes([byte])
        if 0x80 <= status < 0xf0 and len(msg) == (2 if status & 0xe0 == 0xc0 else 3):
            if status & 0xf0 == 0x90 and msg[2] == 0:
                msg = bytes([status ^ 0x10, msg[1], 64])
            found.append(msg)
            msg = b""
    if msg:
        raise Wrong("the last message is not whole: %s" % msg.hex())
    return found, realtime


def plain(found):
    """A note-off is one, whatever its velocity: a wire may leave it out."""
    return [m[:2] if m[0] & 0xf0 == 0x80 else m for m in found]


def compare(wire, sent):
    """What is on the wire is what was sent, but for running status, Active Sensing, and the ends
    of notes that midi(4) adds at the close."""
    found, realtime = messages(wire)
    wanted, wanted_realtime = messages(sent)
    ends = found[len(wanted):]
    found = found[:len(wanted)]
    if any(m[0] & 0xf0 not in (0x80, 0xb0) for m in ends):
        raise Wrong("%s was not sent" % ends)
    if plain(found) != plain(wanted):
        pairs = enumerate(zip(plain(found), plain(wanted)))
        at = next((i for i, pair in pairs if pair[0] != pair[1]), min(len(found), len(wanted)))
        raise Wrong("message %d of %d is another" % (at, len(wanted)))
    if realtime != wanted_realtime:
        raise Wrong("real time is not what was sent")
