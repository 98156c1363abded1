#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh BUILD: measure ours and ALSA's side by side, in one boot of the
# virtual machine each: once with a processor that takes 2 ns for each of its
# instructions, which always gives the same figures, and once in real time.

set -eu
b=$1
top=$(cd "$(dirname "$0")/../../.." && pwd)
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

mkdir -p "$t/over/tests/tools"
cp "$b/bench/vm/vmbench" "$t/over/tests/tools/"
(cd "$t/over" && find . | cpio -o -H newc -R 0:0 --quiet) >"$t/over.cpio"

boot()
{
	VM_FILES=$t/over.cpio VM_JOB=$top/tests/bench/vm/job.sh VM_CPUS=1 \
	    VM_QEMU="$2" sh "$top/tests/vm/vm.sh" "$b" </dev/null >"$1" 2>&1 ||
	    { tail -n 30 "$1" >&2; echo "bench-vm: the machine failed" >&2; exit 1; }
}

boot "$b/bench/vm/icount.log" \
    '-icount shift=1,sleep=off -rtc clock=vm'
boot "$b/bench/vm/real.log" ''
python3 "$top/tests/bench/vm/table.py" "$b/bench/vm/icount.log" \
    "$b/bench/vm/real.log"
