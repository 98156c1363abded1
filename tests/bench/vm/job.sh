#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# job.sh: what `make bench-vm' runs inside the virtual machine: the same things
# of ours and of ALSA's, one after the other.  Figures go to the console
# between two marks, for table.py.
#
# Our paths: a cable, 0-1; two cables, 0-1 and 2-3, patched by a connection or
# by cat.  ALSA's: two virtual raw MIDI devices, connected; four, of which the
# middle ones are patched by cat.

notes=${VMBENCH_NOTES:-2000}
much=${VMBENCH_MUCH:-20000}
PATH=$PATH:/tests/tools
busy=

rmmod bsdmidi_vmidi
modprobe bsdmidi_vmidi cables=2
modprobe bsdmidi_sequencer
for m in snd-seq snd-hrtimer snd-seq-midi; do
	modprobe $m
done
modprobe snd-virmidi midi_devs=4
echo 1 >/proc/sys/kernel/printk

client()
{
	aconnect -l | sed -n "s/^client \([0-9]*\): 'Virtual Raw.*-$1'.*/\1/p"
}

alsa=/dev/snd/midiC0D
v0=$(client 0) v1=$(client 1) v2=$(client 2) v3=$(client 3)
aconnect "$v0:0" "$v1:0"
aconnect "$v2:0" "$v3:0"

# The nodes are there, and nobody is in them.
settle()
{
	sleep 1
}

# with command ...: in the background while the rest of a function runs
with()
{
	"$@" &
	busy="$busy $!"
}

without()
{
	for i in $busy; do
		kill "$i"
		wait "$i" 2>/dev/null
	done
	busy=
}

echo "== begin"

vmbench patch pipe pipe pipe "$notes"
vmbench patch pty pty pty "$notes"
vmbench patch ours-cable /dev/rmidi1 /dev/rmidi0 "$notes"
vmbench patch alsa-connect ${alsa}1 ${alsa}0 "$notes"
midictl connect 1 2 >/dev/null
vmbench patch ours-connect /dev/rmidi3 /dev/rmidi0 "$notes"
midictl disconnect -a >/dev/null
cat -u /dev/rmidi1 >/dev/rmidi2 &
busy=$!
settle
vmbench patch ours-cat /dev/rmidi3 /dev/rmidi0 "$notes"
without
cat -u ${alsa}1 >${alsa}2 &
busy=$!
settle
vmbench patch alsa-cat ${alsa}3 ${alsa}0 "$notes"
without

for period in 5000 5300; do
	for spins in 0 1 4; do
		for i in $(seq "$spins"); do
			with vmbench spin
		done
		vmbench late "ours-late-$period-$spins" /dev/rmidi1 "$period" \
		    "$notes"
		vmbench alsa "alsa-late-$period-$spins" "$period" "$notes"
		without
	done
done

for size in 3 1023; do
	vmbench rate "pipe-rate-$size" pipe pipe "$size" "$much"
	vmbench rate "ours-rate-$size" /dev/rmidi1 /dev/rmidi0 "$size" "$much"
	vmbench rate "alsa-rate-$size" ${alsa}1 ${alsa}0 "$size" "$much"
done
midictl connect 1 2 >/dev/null
vmbench rate ours-connect-rate-3 /dev/rmidi3 /dev/rmidi0 3 "$much"
midictl disconnect -a >/dev/null

rmmod bsdmidi_vmidi
modprobe bsdmidi_vmidi cables=33
settle
vmbench memory ours-memory 64 \
    $(seq 0 64 | sed s,^,/dev/rmidi,)
vmbench memory alsa-memory 56 ${alsa}0 ${alsa}1 ${alsa}2 ${alsa}3

echo "== end"
