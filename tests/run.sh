#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh build [song.mid]: the main job, shown.  Starts midihost with two
# virtual cables in a folder of its own, plays a song through the sequencer
# into one end of a cable, records it at the other, compares, then patches
# the two cables with cat(1) and sends notes through.  Ends by itself; exit
# status 0 if all was as it should be.

build=$1
bin=$build/bin
tools=$build/tests/tools
tmp=$(mktemp -d) || exit 1
MIDI_DIR=$tmp/dev
export MIDI_DIR
mkdir "$MIDI_DIR"

finish()
{
	trap - EXIT INT TERM HUP
	[ -n "$record" ] && kill "$record" 2>/dev/null
	[ -n "$patch" ] && kill "$patch" 2>/dev/null
	[ -s "$tmp/pid" ] && kill "$(cat "$tmp/pid")" 2>/dev/null
	for i in 1 2 3 4 5 6 7 8 9 10; do
		rmdir "$MIDI_DIR" 2>/dev/null && break
		sleep 0.2
	done
	rm -rf "$tmp"
	exit "$1"
}

fail()
{
	echo "FAIL: $*"
	finish 1
}

# Wait until a command succeeds, a hundred times a tenth of a second.
await()
{
	for i in $(seq 100); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

trap 'finish 1' INT TERM HUP
trap 'finish 1' EXIT

"$bin/midihost" -p "$tmp/pid" -m "$MIDI_DIR" vmidi:2 || fail "midihost"
echo "Ports"
"$bin/midiplay" -l || fail "midiplay -l"

song=${2:-$tools/tune.mid}

# Device 0 is one end of the first cable, device 1 the other.  25000 ticks
# per beat are what the recorder counts in, so that nothing is rounded.
"$bin/midirecord" -V -n 25000 -d 1 "$tmp/take.mid" 2>"$tmp/record.log" &
record=$!
await grep -q recording "$tmp/record.log" || fail "midirecord does not start"
echo
echo "Playing $song"
"$bin/midiplay" -v -d 0 "$song" || fail "midiplay"
sleep 0.2
kill -INT "$record"
wait "$record" || fail "midirecord: $(cat "$tmp/record.log")"
record=

echo
echo "Recorded at the other end"
"$tools/smfcmp" -t 10000 "$song" "$tmp/take.mid" || fail "not what was played"

# Join the cables: what goes in at device 0 comes out at device 3.
cat -u "$MIDI_DIR/rmidi1" >"$MIDI_DIR/rmidi2" &
patch=$!
head -c 12 "$MIDI_DIR/rmidi3" >"$tmp/patched" &
taker=$!
sleep 0.5
printf '\220\074\100\200\074\100\220\100\100\200\100\100' >"$tmp/notes"
cat "$tmp/notes" >"$MIDI_DIR/rmidi0"
await cmp -s "$tmp/notes" "$tmp/patched" || fail "the patch lost something"
wait "$taker"
kill "$patch"
wait "$patch" 2>/dev/null
patch=
echo
echo "Patched with cat -u: $(od -An -tx1 "$tmp/patched" | tr -s ' ')"

echo
echo "Counters that are not 0"
"$bin/vmstat" -e || fail "vmstat"
lost=$(awk -F'\t' '$2 ~ /discarded|incomplete|overrun/ { n += $4 }
    END { print n + 0 }' "$MIDI_DIR/evcnt")
[ "$lost" -eq 0 ] || fail "$lost bytes or messages were lost"
echo
echo "PASS"
finish 0
