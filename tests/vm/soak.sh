#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# soak.sh BUILD CYCLES: so many loads and unloads of the modules with traffic
# between them in the virtual machine (t_modules.sh has them): no warning of
# the kernel, no growth of its memory.

b=$1
job=$(mktemp) || exit 1
trap 'rm -f "$job"' EXIT
{
	echo "export BSDMIDI_CYCLES=$2"
	# What it printed is wanted also when it has passed.
	sed 's/ ${1:+"$@"}/ vm\/t_modules:cycles/; s/=failed,broken/&,passed/' \
	    tests/vm/check.sh
} >"$job"
out=$b/vm/soak.log
VM_FILES=$b/vm/tests.cpio VM_JOB=$job sh tests/vm/vm.sh "$b" | tee "$out"
grep -q -- 'cycles  ->  passed' "$out" &&
    [ "$(sed '1,/^== dmesg/d; /^== end/,$d' "$out" | wc -l)" -eq 0 ] &&
    grep -q '^== end' "$out"
