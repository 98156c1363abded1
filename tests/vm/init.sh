#!/bin/busybox sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# init.sh: the virtual machine's first process.  It loads the modules, and runs
# /job, a script, when there is one, and ends with its status; otherwise it
# gives a shell on the console, whose end is that of the machine.

export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/tmp TERM=${TERM:-vt100}
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tmpfs tmpfs /tmp
ln -s /proc/self/fd /dev/fd
hostname midi
ip link set lo up
# By its path: this shell has a modprobe of its own, which knows less.
for i in $(cat /modules); do
	/sbin/modprobe "$i" || echo "vm: $i does not load"
done
export BSDMIDI_BIN=/usr/local/bin
cd /tmp
if [ -f /job ]; then
	stty -onlcr
	/bin/sh /job
	exec vmexit $?
fi
cat /etc/motd
setsid cttyhack bash -i
exec vmexit 0
