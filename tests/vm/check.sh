#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh: inside the virtual machine: run the tests on the nodes of the
# kernel, and show what dmesg has to say that it should not.

export BSDMIDI_BIN=/usr/local/bin BSDMIDI_TOOLS=/tests/tools BSDMIDI_SRC=/tests
export MIDI_DIR=/dev
# What the kernel says would stand in the midst of results.
echo 1 >/proc/sys/kernel/printk
modprobe -r bsdmidi_vmidi
modprobe bsdmidi_vmidi cables=2
modprobe bsdmidi_sequencer
kyua -v parallelism=1 test -k /tests/Kyuafile -r /tmp/results.db ${1:+"$@"}
kyua report --verbose -r /tmp/results.db --results-filter=failed,broken
echo "== dmesg"
dmesg -r | sed '1,/bsdmidi_kern: loading/d' | grep -E '^<[0-4]>' |
    grep -v -e clocksource -e dummy_hcd -e configfs-gadget
echo "== end"
