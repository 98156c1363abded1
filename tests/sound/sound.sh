#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# sound.sh BUILD SONG WAV [BANK]: play a MIDI file on the OPL2 of a virtual machine,
# by opl(4) as a module of Linux and the sequencer, and leave what is heard in
# a WAV file.  The machine is that of tests/vm, with one processor whose clock
# is the count of its instructions and jumps when there is nothing to do: however
# fast this one is, the sound is the same, byte for byte.  A bank is loaded
# before, by midibank(1); an SBI becomes program 80.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
if [ $# -lt 3 ] || [ $# -gt 4 ] || [ ! -r "$2" ]; then
	echo "usage: sound.sh build song.mid out.wav [bank]" >&2
	exit 2
fi
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
trap 'exit 1' INT TERM HUP
case $3 in
*,*)	echo "sound.sh: $3: a name without commas, please" >&2; exit 2 ;;
/*)	wav=$3 ;;
*)	wav=$PWD/$3 ;;
esac

mkdir "$t/files"
cp "$2" "$t/files/song.mid"
[ $# -eq 4 ] && cp "$4" "$t/files/bank"
(cd "$t/files" && ls | cpio -o -H newc --quiet) >"$t/cpio"
cat >"$t/job" <<'J'
modprobe bsdmidi_sequencer && modprobe bsdmidi_opl || exit 3
n=$(midictl | sed -n 's/^\([0-9]*\): .*OPL.*/\1/p')
if [ -f /bank ]; then
	midibank -n 80 /bank || exit 5
fi
midiplay -d "$n" /song.mid || exit 4
# What rings, and silence behind it.
sleep 3
vmstat -e | grep -E 'notes (stolen|refused)|instruments'
exit 0
J
VM_JOB=$t/job VM_FILES=$t/cpio VM_CPUS=1 \
VM_QEMU="-icount shift=1,sleep=off -device adlib,audiodev=a -audiodev wav,id=a,path=$wav" \
    sh "$top/tests/vm/vm.sh" "$1"
status=$?
if [ $status -eq 0 ]; then
	echo "$3"
else
	echo "sound.sh: the song was not played: status $status" >&2
fi
exit $status
