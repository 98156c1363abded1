#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# vm.sh BUILD [command]: boot Linux with our modules in a virtual machine, from
# what tree.sh has made in BUILD/vm.  With a command run that, and end with its
# status; without one, a shell on this terminal (its end is the machine's;
# ^A x is the plug).
#
# VM_QEMU	more arguments for qemu
# VM_JOB	a file: the command instead
# VM_FILES	a cpio archive to lay over the machine's files
#
# Status: that of the command, at most 127; 125, the machine did not come to
# its end.

b=$1/vm
shift
t=$(mktemp -d) || exit 125
trap 'rm -rf "$t"' EXIT
trap 'exit 125' INT TERM HUP

args='console=ttyS0 quiet loglevel=4 panic=-1 rdinit=/init tsc=reliable no_timer_check'
input=mon:stdio
cp "$b/initramfs.cpio" "$t/initrd" || exit 125
[ -n "$VM_FILES" ] && cat "$VM_FILES" >>"$t/initrd"
if [ -n "$VM_JOB" ] || [ $# -gt 0 ]; then
	mkdir "$t/over"
	if [ -n "$VM_JOB" ]; then
		cp "$VM_JOB" "$t/over/job"
	else
		printf '%s\n' "$*" >"$t/over/job"
	fi
	(cd "$t/over" && echo job | cpio -o -H newc --quiet) >>"$t/initrd"
	input=stdio
fi
# Not by exec: the folder is to go.
qemu-system-x86_64 -accel tcg -m "${VM_MEMORY:-512}" -smp "${VM_CPUS:-2}" \
    -display none -nic none -no-reboot -kernel "$b/vmlinux" \
    -initrd "$t/initrd" -append "$args $VM_APPEND" -serial "$input" \
    -device isa-debug-exit,iobase=0xf4,iosize=4 $VM_QEMU
status=$?
[ $((status % 2)) -eq 1 ] && [ "$status" -gt 0 ] && exit $((status / 2))
exit 125
