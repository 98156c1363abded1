#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# panics.sh BUILD [case ...]: tests of tests/hosted that must panic, on Linux's
# kernel: a machine for each, which ends of it and says why.  All are run on
# the other hosts; that the checks reach Linux's panic is shown by some of them.

top=$(cd "$(dirname "$0")/../.." && pwd)
b=$1
shift
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
trap 'exit 1' INT TERM HUP

# Run a case that must say the words.
panics()
{
	cat >"$t/$1.job" <<-END
		rmmod bsdmidi_vmidi bsdmidi_sequencer bsdmidi_midi bsdmidi_kern
		insmod /tests/bsdmidi_test.ko case=$1
		echo survived
	END
	VM_FILES=$b/vm/tests.cpio VM_JOB=$t/$1.job VM_APPEND=oops=panic \
	    timeout 120 sh "$top/tests/vm/vm.sh" "$b" >"$t/$1" 2>&1 </dev/null
	if grep -q "bsdmidi: panic: .*$2" "$t/$1" &&
	    grep -q 'Kernel panic - not syncing' "$t/$1" &&
	    ! grep -q survived "$t/$1"; then
		echo "vm/panics:$1  ->  passed"
		return
	fi
	echo "vm/panics:$1  ->  failed: no panic with the words: $2"
	tail -n 40 "$t/$1"
	echo "$1" >>"$t/failed"
}

set -- ${*:-mutex_self mutex_inversion mutex_destroy_held \
    mutex_adaptive_under_spin condvar_unlocked kmem_size callout_sleeps \
    softint_sleeps}
while [ $# -gt 0 ]; do
	# Two at a time.
	for i in $1 $2; do
		words=$(sed -n "s/^H_PANIC($i, \"\(.*\)\",.*/\1/p" \
		    "$top"/tests/hosted/t_*.c)
		panics "$i" "${words:?"$i: no such case"}" &
	done
	wait
	shift $(($# > 1 ? 2 : 1))
done
[ ! -e "$t/failed" ]
