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

song=$2
if [ -z "$song" ]; then
	song=$tmp/tune.mid
	"$tools/tune" "$song" || fail "tune"
fi

# Device 0 is one end of the first cable, device 1 the other.
"$bin/midirecord" -q -d 1 "$tmp/take.mid" &
record=$!
is_open() { grep -q "^rmidi1	.*read" "$MIDI_DIR/evcnt" 2>/dev/null; }
sleep 0.5
kill -0 "$record" 2>/dev/null || fail "midirecord"
echo
echo "Playing $song"
"$bin/midiplay" -s "$song" || fail "midiplay"
