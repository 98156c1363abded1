#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh: inside the virtual machine: run the tests on the nodes of the
# kernel, and show what it has to say that it should not.

export BSDMIDI_BIN=/usr/local/bin BSDMIDI_TOOLS=/tests/tools BSDMIDI_SRC=/tests
export MIDI_DIR=/dev
# What the kernel says would stand in the midst of results.
echo 1 >/proc/sys/kernel/printk
# Warnings and worse, as they come: tests empty what dmesg(1) shows, and its
# buffer overruns.  12 is for our own.
while :; do
	grep --line-buffered -E '^([0-4]|12),' /dev/kmsg 2>/dev/null
done >/tmp/warnings &
modprobe -r bsdmidi_vmidi
modprobe bsdmidi_vmidi cables=2
modprobe bsdmidi_sequencer
kyua -v parallelism=1 test -k /tests/Kyuafile -r /tmp/results.db ${1:+"$@"}
kyua report --verbose -r /tmp/results.db --results-filter=failed,broken
echo "== dmesg"
echo '<4>check.sh: end' >/dev/kmsg
until grep -q 'check.sh: end' /tmp/warnings; do
	sleep 0.1
done
sed '1,/bsdmidi_kern: loading/d; /check.sh: end/,$d' /tmp/warnings |
    grep -v -e clocksource -e dummy_hcd -e configfs-gadget \
    -e 'hrtimer: interrupt took' \
    -e 'invalid for parameter .cables'
echo "== end"
