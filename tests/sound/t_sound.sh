#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_sound.sh BUILD: the sound of opl(4) on an OPL2 that others have made,
# qemu's: a song over the range, a scale, a chord, percussion and silence is
# played in the virtual machine, and looked for in what is heard.  The notes
# with a pitch are played by an instrument that is loaded before.

here=$(dirname "$0")
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
trap 'exit 1' INT TERM HUP
# A sine: the modulator is silent.
{
	printf 'SBI\032%-32s' Sine
	printf '\041\041\077\000\360\360\017\011\000\000\000\000\000\000\000\000'
} >"$t/sine.sbi"
python3 "$here/sound.py" song "$t/song.mid" &&
    sh "$here/sound.sh" "$1" "$t/song.mid" "$t/song.wav" "$t/sine.sbi" \
    >"$t/log" 2>&1
status=$?
if [ $status -ne 0 ]; then
	cat "$t/log" >&2
	exit $status
fi
grep -q 'SBI, 1 loaded, 0 refused' "$t/log" || { cat "$t/log"; exit 1; }
python3 "$here/sound.py" check "$t/song.wav" || exit 1
echo "sound: every note is heard at its time and pitch"
