#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_sound.sh BUILD: the sound of opl(4) on an OPL2 that others have made,
# qemu's: a song over the range, a scale, a chord, percussion and silence is
# played in the virtual machine, and looked for in what is heard.

here=$(dirname "$0")
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
trap 'exit 1' INT TERM HUP
python3 "$here/sound.py" song "$t/song.mid" &&
    sh "$here/sound.sh" "$1" "$t/song.mid" "$t/song.wav" >"$t/log" 2>&1
status=$?
if [ $status -ne 0 ]; then
	cat "$t/log" >&2
	exit $status
fi
python3 "$here/sound.py" check "$t/song.wav" || exit 1
echo "sound: every note is heard at its time and pitch"
