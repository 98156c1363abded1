#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# sound.py: a song, and whether a WAV file is how it sounds.
#
#	sound.py song FILE	write the song, a MIDI file
#	sound.py check WAV	look for each of its notes; exit 1 if the sound
#				is another
#	sound.py show WAV	what is heard, every tenth of a second
#
# The song has single notes over the range, a scale, a chord, percussion, and
# silence.  Each note is looked for at its time: it begins then and not before,
# its pitch is right to some cents, and nothing else is as loud.  Percussion has
# no pitch: its strongest semitone is only a small part of it.

import array
import math
import struct
import sys
import wave

# Seconds: a note, the pause behind it.
LONG = 0.4
PAUSE = 0.1
OCARINA = 79
RANGE = [28, 35, 42, 49, 56, 63, 70, 77, 84, 91, 98]
SCALE = [60, 62, 64, 65, 67, 69, 71, 72]
CHORD = [60, 64, 67]
DRUMS = [38, 42, 49]
SILENCE = 1.0


class Wrong(Exception):
    pass


def events():
    """When what is struck: seconds, channel, keys."""
    time = 0.0
    for keys in [[key] for key in RANGE + SCALE] + [CHORD]:
        yield time, 0, keys
        time += LONG + PAUSE
    time += 1.0
    for key in DRUMS:
        yield time, 9, [key]
        time += LONG + PAUSE


# --- The song ----------------------------------------------------------------

DIVISION = 500      # to a beat of half a second: a millisecond each


def number(value):
    """A quantity of variable length."""
    parts = [value & 0x7f]
    while value > 0x7f:
        value >>= 7
        parts.append(value & 0x7f | 0x80)
    return bytes(reversed(parts))


def song():
    timed = [(0, 0, bytes([0xc0, OCARINA]))]
    for time, channel, keys in events():
        start = round(time * 1000)
        for key in keys:
            timed.append((start, 2, bytes([0x90 | channel, key, 110])))
            timed.append((start + round(LONG * 1000), 1, bytes([0x80 | channel, key, 64])))
    track = b"\x00\xff\x51\x03" + (500000).to_bytes(3, "big")
    now = 0
    for when, _, message in sorted(timed):
        track += number(when - now) + message
        now = when
    track += b"\x00\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, DIVISION) + \
        b"MTrk" + struct.pack(">I", len(track)) + track


# --- The sound ---------------------------------------------------------------

def read(path):
    """Samples of both sides together, and their rate."""
    with wave.open(path) as file:
        if file.getsampwidth() != 2:
            raise Wrong("not 16 bits a sample")
        sides = file.getnchannels()
        samples = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return [sum(samples[i:i + sides]) / sides for i in range(0, len(samples), sides)], \
            file.getframerate()


def hertz(key):
    return 440 * 2 ** ((key - 69) / 12)


class Sound:
    def __init__(self, path):
        self.samples, self.rate = read(path)
        self.start = next((i for i, x in enumerate(self.samples) if abs(x) > 50), None)
        if self.start is None:
            raise Wrong("nothing is heard")

    def piece(self, start, end):
        """Seconds from the first sound on, without what is constant, faded in and out."""
        first = self.start + round(start * self.rate)
        part = self.samples[max(first, 0):self.start + round(end * self.rate)]
        if len(part) < 2:
            return [0.0, 0.0]
        mean = sum(part) / len(part)
        step = 2 * math.pi / (len(part) - 1)
        return [(x - mean) * (0.5 - 0.5 * math.cos(step * i)) for i, x in enumerate(part)]

    def power(self, part, frequency):
        """How much of the piece is a sine of this frequency (Goertzel's algorithm)."""
        c = 2 * math.cos(2 * math.pi * frequency / self.rate)
        before = last = 0.0
        for x in part:
            before, last = last, x + c * last - before
        return (before * before + last * last - c * before * last) / len(part) ** 2

    def level(self, start, end):
        part = self.piece(start, end)
        return math.sqrt(sum(x * x for x in part) / len(part))

    def strongest(self, part):
        """The semitone that is the loudest, and all semitones' powers."""
        powers = {key: self.power(part, hertz(key)) for key in range(24, 109)}
        return max(powers, key=powers.get), powers

    def cents(self, part, key):
        """How far the sound is from the key."""
        steps = range(-40, 41, 4)
        powers = [self.power(part, hertz(key + step / 100)) for step in steps]
        best = max(range(len(powers)), key=powers.__getitem__)
        if best in (0, len(powers) - 1):
            return 100.0
        a, b, c = (math.log(powers[best + i] + 1e-9) for i in (-1, 0, 1))
        return steps[best] + 4 * (a - c) / (2 * (a - 2 * b + c))


def check_tone(sound, time, keys):
    part = sound.piece(time + 0.05, time + LONG)
    loudest, powers = sound.strongest(part)
    found = sorted(sorted(powers, key=powers.get)[-len(keys):])
    # Between two semitones of the lowest notes there is little to tell.
    if found != sorted(keys):
        raise Wrong("%.2f s: %s instead of %s" % (time, found, keys))
    for key in keys:
        off = sound.cents(part, key)
        if abs(off) > 10:
            raise Wrong("%.2f s: key %d is off by %.1f cents" % (time, key, off))
        before = sound.power(sound.piece(time - 0.06, time - 0.005), hertz(key))
        after = sound.power(sound.piece(time + 0.02, time + 0.075), hertz(key))
        if time > 0 and before > 0.1 * after:
            raise Wrong("%.2f s: key %d is heard before" % (time, key))


def check_noise(sound, time, keys):
    if sound.level(time + 0.005, time + 0.1) < 30:
        raise Wrong("%.2f s: percussion %d is not heard" % (time, keys[0]))
    if sound.level(time - 0.1, time - 0.01) > 0.5 * sound.level(time + 0.005, time + 0.1):
        raise Wrong("%.2f s: percussion %d is heard before" % (time, keys[0]))
    part = sound.piece(time, time + 0.15)
    loudest, powers = sound.strongest(part)
    total = sum(x * x for x in part) / len(part) / 2
    # A sine, faded as it is, would be 0.3 of it.
    if powers[loudest] > 0.15 * total:
        raise Wrong("%.2f s: percussion %d has a pitch: %d" % (time, keys[0], loudest))


def check(path):
    sound = Sound(path)
    wrong = 0
    end = 0
    for time, channel, keys in events():
        try:
            (check_noise if channel == 9 else check_tone)(sound, time, keys)
        except Wrong as what:
            print("sound.py: " + str(what))
            wrong += 1
        end = time + LONG
    last = len(sound.samples) / sound.rate - sound.start / sound.rate
    if last < end + SILENCE + 0.5:
        raise Wrong("the sound ends at %.2f s" % last)
    if sound.level(last - SILENCE, last) > 2:
        raise Wrong("there is no silence at the end")
    if wrong:
        raise Wrong("%d of %d are wrong" % (wrong, len(list(events()))))


def show(path):
    sound = Sound(path)
    time = 0.0
    while sound.start + (time + 0.1) * sound.rate < len(sound.samples):
        part = sound.piece(time, time + 0.1)
        level = sound.level(time, time + 0.1)
        print("%6.1f s %6.0f  %s" % (time, level, sound.strongest(part)[0] if level > 2 else "-"))
        time += 0.1


def main(argv):
    if len(argv) != 3 or argv[1] not in ("song", "check", "show"):
        print("usage: sound.py song file | check wav | show wav", file=sys.stderr)
        return 2
    try:
        if argv[1] == "song":
            with open(argv[2], "wb") as file:
                file.write(song())
        elif argv[1] == "check":
            check(argv[2])
        else:
            show(argv[2])
    except (Wrong, OSError, wave.Error, EOFError) as what:
        print("sound.py: %s: %s" % (argv[2], what), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
