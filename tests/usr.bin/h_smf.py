#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_smf.py: MIDI files for the tests, and what several programs see in them.
#
#	h_smf.py make folder	files over all that the format has, as short
#				as can be
#	h_smf.py slow folder	a few with notes that are far apart
#	h_smf.py big file tracks notes	a file of so many notes
#	h_smf.py streams file ...	beside each, FILE.sent: the bytes that
#				playing it sends, in hex
#	h_smf.py notes		from `midiplay -qvvvv' or midicsv(1), read from
#				standard input: the notes of all tracks in
#				order of time, each with its microseconds
#				since the first
#	h_smf.py agree midiplay file ...	do midiplay and midicsv(1) see
#				the same in these?
#	h_smf.py sounding file n	wait until n notes sound by the MIDI
#				bytes there, a minute at most
#	h_smf.py same a b us	are two such lists the same, and no time off by
#				more?
#
# The reader and writer here are not those of the programs tested, on purpose.

import random
import re
import struct
import subprocess
import sys
import time

PATIENCE = 60


def vlq(n):
    out = [n & 127]
    while n > 127:
        n >>= 7
        out.insert(0, n & 127 | 128)
    return bytes(out)


def meta(kind, data=b""):
    return bytes([255, kind]) + vlq(len(data)) + data


def sysex(data, status=0xf0):
    return bytes([status]) + vlq(len(data)) + data


def tempo(us):
    return meta(0x51, us.to_bytes(3, "big"))


def track(events, end=0):
    body = b"".join(vlq(delta) + event for delta, event in events)
    body += vlq(end) + meta(0x2f)
    return b"MTrk" + struct.pack(">I", len(body)) + body


def smf(form, division, tracks, more=b"", count=None):
    return b"MThd" + struct.pack(">IHHH", 6 + len(more), form,
                                 len(tracks) if count is None else count,
                                 division) + more + b"".join(tracks)


def compress(events):
    """With running status, where that is allowed."""
    out, status = [], None
    for delta, event in events:
        if event[0] < 0xf0 and event[0] == status:
            out.append((delta, event[1:]))
        else:
            out.append((delta, event))
        status = event[0] if event[0] < 0xf0 else None
    return out


def notes(channel, keys, length):
    out = []
    for key in keys:
        out += [(0, bytes([0x90 | channel, key, 100])), (length, bytes([0x80 | channel, key, 33]))]
    return out


# A sixteenth of a second and less: all files together are played in seconds.
DIVISION = 9600


def every_message():
    out = []
    for channel in range(16):
        for status, a, b in ((0x90, 1, 127), (0xa0, 1, 5), (0xb0, 7, 0), (0xb0, 127, 127),
                             (0xe0, 0, 0), (0xe0, 127, 127), (0x80, 1, 0)):
            out.append((1, bytes([status | channel, a, b])))
        out += [(0, bytes([0xc0 | channel, 127])), (0, bytes([0xd0 | channel, 0])),
                (0, bytes([0x90 | channel, 5, 6])), (1, bytes([0x90 | channel, 5, 0]))]
    return out


def every_meta():
    out = [(0, meta(0, b"\0\1"))]
    out += [(1, meta(kind, b"text %d" % kind)) for kind in range(1, 10)]
    out += [(0, meta(0x20, b"\3")), (0, meta(0x21, b"\0")), (0, tempo(400000)),
            (0, meta(0x54, bytes([1, 2, 3, 4, 5]))), (0, meta(0x58, bytes([6, 3, 36, 8]))),
            (0, meta(0x59, b"\xfd\1")), (0, meta(0x7f, b"\0\0A")), (0, meta(0x60, b"new")),
            (0, meta(1)), (5, meta(5, bytes(range(128, 256))))]
    return out + notes(0, [60], 100)


def every_sysex():
    return [(0, sysex(b"\x7e\x7f\x09\x01\xf7")), (1, sysex(bytes(range(128)) + b"\xf7")),
            (1, sysex(b"\1\2")), (100, sysex(b"\3\4\5", 0xf7)), (100, sysex(b"\xf7", 0xf7)),
            (1, bytes([0x90, 60, 1])), (1, sysex(b"\xf7")), (1, sysex(b"\xfa", 0xf7)),
            (1, sysex(b"\xf2\1\2", 0xf7)), (1, bytes([0x80, 60, 1])),
            (1, sysex(b"\xf3\4", 0xf7)), (1, sysex(b"\1\2\3\4\5\xf7"))]


def corpus():
    note = track(notes(0, [60, 64, 67], 10))
    whole = smf(0, DIVISION, [note])
    out = {
        "messages": smf(0, DIVISION, [track(every_message())]),
        "running": smf(0, DIVISION, [track(compress(every_message()))]),
        "metas": smf(0, DIVISION, [track(every_meta())]),
        "sysex": smf(0, DIVISION, [track(every_sysex())]),
        "patterns": smf(2, DIVISION, [track(notes(n, [60 + n], 50 + n), 10) for n in range(4)]),
        "tracks": smf(1, DIVISION, [track([(0, tempo(300000))])] + [
            track([(n, bytes([0xc0 | n % 16, n]))] + notes(n % 16, range(30 + n, 40 + n), 20 + n))
            for n in range(20)]),
        "tempos": smf(1, DIVISION, [track([(50, tempo(100000 + 7919 * n)) for n in range(40)]),
                                    track(notes(3, range(60, 90), 60))]),
        "numbers": smf(0, 32767, [track([
            (delta, bytes([0x90, 60, delta % 127 + 1]))
            for delta in (0, 1, 126, 127, 128, 129, 8191, 16383, 16384)] +
            [(0, bytes([0x80, 60, 1]))] * 9)]),
        "header": smf(0, DIVISION, [note], b"more"),
        "chunks": smf(0, DIVISION, [b"XFIH\0\0\0\3abc", note, b"XFKM\0\0\0\0"], count=1),
        "hanging": smf(0, DIVISION, [track([
            (1, bytes([0x93, 60, 1])), (1, bytes([0x93, 60, 1])), (1, bytes([0x90, 1, 1])),
            (1, bytes([0xb3, 64, 127])), (1, bytes([0x93, 59, 1]))])]),
        "empty": smf(1, DIVISION, [track([]), note, track([], 5)]),
    }
    for fps in (24, 25, 29, 30):
        out["smpte%d" % fps] = smf(0, (256 - fps) << 8 | 80, [
            track([(0, tempo(1))] + notes(1, [60, 61, 62], 30))])
    out["rmid"] = riff(whole)
    for seed in range(8):
        out["random%d" % seed] = any_file(random.Random(seed))
    return out


def riff(data):
    data = b"RMIDdata" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(data)) + data


def slow():
    """Files whose notes are so far apart that every program tells them apart."""
    tempos = [(0, tempo(400000))] + [(96, tempo(300000 + 37000 * n)) for n in range(20)]
    parts = [[(12 * n, bytes([0xc0 | n, n]))] + notes(n, range(40, 60), 36 + 12 * n)
             for n in range(5)]
    tracks = [track(tempos)] + [track(part) for part in parts]
    one = sorted(((tick, n, event) for n, part in enumerate([tempos] + parts)
                  for tick, event in absolute(part)), key=lambda e: e[:2])
    ticks = [0] + [e[0] for e in one]
    return {
        "one": smf(0, 96, [track([(e[0] - t, e[2]) for t, e in zip(ticks, one)])]),
        "rmid": riff(smf(1, 96, tracks, b"more")),
        "running": smf(1, 96, [track(tempos)] + [track(compress(part)) for part in parts]),
    }


def absolute(events):
    tick, out = 0, []
    for delta, event in events:
        tick += delta
        out.append((tick, event))
    return out


def any_event(rng):
    kind = rng.randrange(12)
    channel = rng.randrange(16)
    if kind < 7:
        status = (0x80, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0)[kind]
        # A controller above 101 may mean more than itself, a pedal is to be lifted.
        first = rng.randrange(64 if kind == 3 else 128)
        event = bytes([status | channel, first, rng.randrange(128)])
        return event[:2] if status in (0xc0, 0xd0) else event
    if kind == 7:
        return sysex(bytes(rng.randrange(128) for _ in range(rng.randrange(30))) + b"\xf7")
    if kind == 8:
        return tempo(rng.randrange(50000, 900000))
    return meta(rng.choice([1, 2, 3, 4, 5, 6, 7, 0x7f]), b"some text"[:rng.randrange(9)])


def any_file(rng):
    tracks = []
    for _ in range(rng.randrange(1, 9)):
        events = []
        for _ in range(rng.randrange(40)):
            event = any_event(rng)
            events.append((rng.randrange(100), event))
            # No key is left down, so that what was recorded is what was there.
            if event[0] & 0xf0 == 0x90 and event[2]:
                events.append((rng.randrange(100), bytes([event[0] - 16, event[1],
                                                          rng.randrange(128)])))
        tracks.append(track(compress(events) if rng.randrange(2) else events))
    return smf(1, rng.choice([3000, DIVISION, 32767]), tracks)


def big(path, tracks, count):
    """Every note takes 7 to 9 bytes, as a played one does."""
    with open(path, "wb") as f:
        chunks = [track([(0, meta(3, b"A long one")), (0, tempo(500000))])]
        each = count // (tracks - 1)
        for n in range(tracks - 1):
            body = bytearray()
            for i in range(each):
                body += bytes([1, 0x90 | n % 16, 36 + i % 60, 100, 0x81, 8, 0x80 | n % 16,
                               36 + i % 60, 64])
            body += b"\0\xff\x2f\0"
            chunks.append(b"MTrk" + struct.pack(">I", len(body)) + bytes(body))
        f.write(smf(1, 480, chunks))


# --- Reading ---------------------------------------------------------------

def read_vlq(data, at):
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at


def read_track(data, at, end):
    tick, status, out = 0, None, []
    while at < end:
        delta, at = read_vlq(data, at)
        tick += delta
        if data[at] == 255:
            kind = data[at + 1]
            n, at = read_vlq(data, at + 2)
            out.append((tick, bytes([255, kind]) + data[at:at + n]))
            at += n
            if kind == 0x2f:
                break
        elif data[at] in (0xf0, 0xf7):
            first = data[at]
            n, at = read_vlq(data, at + 1)
            out.append((tick, bytes([first]) + data[at:at + n]))
            at += n
        else:
            if data[at] >= 128:
                status = data[at]
                at += 1
            n = 1 if status & 0xe0 == 0xc0 else 2
            out.append((tick, bytes([status]) + data[at:at + n]))
            at += n
    return out


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    at = data.index(b"MThd")
    form, count = struct.unpack(">HH", data[at + 8:at + 12])
    at += 8 + struct.unpack(">I", data[at + 4:at + 8])[0]
    tracks = []
    while len(tracks) < count:
        length = struct.unpack(">I", data[at + 4:at + 8])[0]
        if data[at:at + 4] == b"MTrk":
            tracks.append(read_track(data, at + 8, at + 8 + length))
        at += 8 + length
    return form, tracks


def stream(path):
    """What goes over the wire: note-on of velocity 0 becomes note-off."""
    form, tracks = read(path)
    if form == 2:
        events = [event for t in tracks for event in t]
    else:
        events = sorted(((tick, n, event) for n, t in enumerate(tracks) for tick, event in t),
                        key=lambda e: e[:2])
        events = [e[::2] for e in events]
    out, held = b"", {}
    for _, event in events:
        if event[0] == 255:
            continue
        if event[0] == 0xf7:
            event = event[1:]
        if event[0] & 0xf0 == 0x90 and event[2] == 0:
            event = bytes([event[0] - 16, event[1], 64])
        # Keys, to end those that the file leaves, as often as they were struck.
        key = (event[0] & 15, event[1] if len(event) > 1 else 0)
        if event[0] & 0xf0 == 0x90:
            held[key] = held.get(key, 0) + 1
        elif event[0] & 0xf0 == 0x80:
            held[key] = max(0, held.get(key, 0) - 1)
        elif event[0] & 0xf0 == 0xb0 and event[1] >= 120 and event[1] not in (121, 122):
            held = {k: n for k, n in held.items() if k[0] != event[0] & 15}
        elif event[0] & 0xf0 == 0xb0 and event[1] in (64, 66, 67, 69):
            held[(event[0] & 15, 128 + event[1])] = 1 if event[2] > 63 else 0
        out += event
    for (channel, key), n in sorted(held.items()):
        end = [0xb0 | channel, key - 128, 0] if key > 127 else [0x80 | channel, key, 64]
        out += bytes(end) * n
    return out


def ours(lines):
    """All events of `midiplay -qvvvv', by track."""
    out, tick, track_number, patterns = [], 0, 0, False
    for line in lines:
        patterns = patterns or line.startswith("format=2 ")
        match = re.match(r"DELAY +(\d+) TRACK +(\d+)", line)
        if match:
            # The patterns follow one another.
            if patterns and track_number != int(match.group(2)):
                tick = 0
            tick += int(match.group(1))
            track_number = int(match.group(2))
        match = re.match(r"(MIDI|META) ([0-9A-F]{2}) \(\d+\)(.*)", line)
        if match:
            data = bytes.fromhex(match.group(2) + match.group(3))
            if match.group(1) == "META":
                data = b"\xff" + data
            out.append((track_number, tick, data))
    return out


TEXTS = ("Text_t", "Copyright_t", "Title_t", "Instrument_name_t", "Lyric_t", "Marker_t",
         "Cue_point_t")
CHANNEL = {"Note_off_c": 0x80, "Note_on_c": 0x90, "Poly_aftertouch_c": 0xa0, "Control_c": 0xb0,
           "Program_c": 0xc0, "Channel_aftertouch_c": 0xd0, "Pitch_bend_c": 0xe0}


def unquote(text):
    """midicsv(1) doubles quotes, and writes what is no ASCII in octal."""
    text = text.strip()[1:-1].replace('""', '"')
    return re.sub(rb"\\(\d\d\d)", lambda m: bytes([int(m.group(1), 8)]),
                  text.encode("latin1").replace(b"\\\\", b"\\134"))


def csv_event(kind, rest):
    """The bytes of a line of midicsv(1), None for one that is no event."""
    if kind in TEXTS:
        return bytes([255, TEXTS.index(kind) + 1]) + unquote(rest)
    args = [int(a) for a in re.findall(r"-?\d+", rest)]
    if kind in CHANNEL:
        if kind == "Pitch_bend_c":
            return bytes([0xe0 | args[0], args[1] & 127, args[1] >> 7])
        return bytes([CHANNEL[kind] | args[0]] + args[1:])
    if kind == "System_exclusive":
        return b"\xf0" + bytes(args[1:])
    if kind == "System_exclusive_packet":
        return b"\xf7" + bytes(args[1:])
    if kind == "Tempo":
        return b"\xff\x51" + args[0].to_bytes(3, "big")
    if kind == "Time_signature":
        return b"\xff\x58" + bytes(args)
    if kind == "End_track":
        return b"\xff\x2f"
    return None


def midicsv(lines):
    out = []
    for line in lines:
        number, tick, kind, *rest = [part.strip() for part in line.split(",", 3)]
        event = csv_event(kind, rest[0] if rest else "")
        if event is not None:
            out.append((int(number) - 1, int(tick), event))
    return out


def comparable(event):
    """What midicsv(1) tells in a form that can be turned back."""
    return event[0] != 255 or event[1] in (1, 2, 3, 4, 5, 6, 7, 0x2f, 0x51, 0x58)


def listing(events):
    return ["%d %d %s" % (number, tick, event.hex(" "))
            for number, tick, event in sorted((e for e in events if comparable(e[2])),
                                              key=lambda e: e[0])]


def output(*command):
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return result.stdout.decode("latin1").split("\n")[:-1]


def agree(midiplay, paths):
    for path in paths:
        one = listing(ours(output(midiplay, "-qvvvv", path)))
        two = listing(midicsv(output("midicsv", path)))
        if not one or one != two:
            first = next((pair for pair in zip(one + [""], two + [""]) if pair[0] != pair[1]), None)
            return "%s: not the same: %s" % (path, first)
    return None


def sounding(path):
    """How many keys sound at the end of a stream of MIDI bytes."""
    with open(path, "rb") as f:
        data = f.read()
    keys, status, args = {}, 0, []
    for byte in data:
        if byte >= 0xf8:
            continue
        if byte >= 0x80:
            status, args = byte, []
            continue
        if not 0x80 <= status < 0xf0:
            continue
        args.append(byte)
        if len(args) < (1 if status & 0xe0 == 0xc0 else 2):
            continue
        key = (status & 15, args[0])
        if status & 0xf0 == 0x90 and args[1]:
            keys[key] = keys.get(key, 0) + 1
        elif status & 0xe0 == 0x80:
            keys[key] = max(0, keys.get(key, 0) - 1)
        elif status & 0xf0 == 0xb0 and args[0] in (120, 123):
            keys = {k: n for k, n in keys.items() if k[0] != status & 15}
        args = []
    return sum(keys.values())


def await_sounding(path, n):
    end = time.monotonic() + PATIENCE
    while sounding(path) != n:
        if time.monotonic() > end:
            return "%d notes sound" % sounding(path)
        time.sleep(0.02)
    return None


def timed_notes(events, division):
    """The notes of all tracks with their microseconds since the first."""
    us, at, beat, first = 0, 0, 500000, None
    for _, tick, event in sorted(events, key=lambda e: (e[1], e[0])):
        us += (tick - at) * beat / division
        at = tick
        if event[:2] == b"\xff\x51":
            beat = int.from_bytes(event[2:], "big")
        if event[0] & 0xe0 == 0x80:
            if event[0] & 0xf0 == 0x90 and event[2] == 0:
                event = bytes([event[0] - 16, event[1], 0])
            if event[0] & 0xf0 == 0x80:
                event = event[:2]
            first = us if first is None else first
            print(round(us - first), event.hex(" "))


def notes_of(lines):
    """Either listing of a whole file."""
    lines = list(lines)
    for line in lines:
        match = re.match(r"format=\d+ ntrks=\d+ divisions=(\d+)", line)
        if match:
            return timed_notes(ours(lines), int(match.group(1)))
        if ", Header," in line:
            return timed_notes(midicsv(lines), int(line.split(",")[5]))
    raise SystemExit("no header")


def same(a, b, allowed):
    """Of each channel and key the notes are in order; of others they may cross."""
    lists = []
    for path in (a, b):
        keys = {}
        with open(path) as f:
            for line in f:
                us, event = line.rstrip("\n").split(" ", 1)
                parts = event.split(" ")
                keys.setdefault((parts[0][1], parts[1]), []).append((int(us), event))
        lists.append(keys)
    if lists[0].keys() != lists[1].keys():
        return "other keys: %s" % (lists[0].keys() ^ lists[1].keys())
    for key in lists[0]:
        one, two = lists[0][key], lists[1][key]
        if [e for _, e in one] != [e for _, e in two]:
            return "other notes: %s: %s, %s" % (key, one, two)
        off = max(abs(x - y) for (x, _), (y, _) in zip(one, two))
        if off > allowed:
            return "%s: off by %d us" % (key, off)
    return None


def main(argv):
    command = argv[1] if len(argv) > 1 else ""
    if command in ("make", "slow"):
        for name, data in (corpus() if command == "make" else slow()).items():
            with open("%s/%s.mid" % (argv[2], name), "wb") as f:
                f.write(data)
    elif command == "big":
        big(argv[2], int(argv[3]), int(argv[4]))
    elif command == "streams":
        for path in argv[2:]:
            with open(path + ".sent", "w") as f:
                f.write(stream(path).hex(" "))
    elif command == "notes":
        notes_of(open(0, encoding="latin1"))
    elif command in ("agree", "sounding", "same"):
        why = agree(argv[2], argv[3:]) if command == "agree" else \
            await_sounding(argv[2], int(argv[3])) if command == "sounding" else \
            same(argv[2], argv[3], int(argv[4]))
        if why is not None:
            print(why)
            return 1
    else:
        print("usage: h_smf.py make|slow|big|streams|notes|agree|sounding|same ...",
              file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
