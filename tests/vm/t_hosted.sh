#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_hosted.sh: the conformance tests of tests/hosted on the Linux host: each
# in a hosted kernel of its own, which the module bsdmidi_test boots and shuts
# down.  What each would catch stands with its namesake in tests/hosted.
# Those that must panic end the machine: panics.sh has some of them.
# It leaves our modules unloaded, and comes last.

cases=${BSDMIDI_SRC}/vm/cases
module=${BSDMIDI_SRC}/bsdmidi_test.ko

# All tests of a subject.
run()
{
	for m in vmidi sequencer midi isa kern; do
		! grep -q "^bsdmidi_$m " /proc/modules ||
		    atf_check rmmod bsdmidi_$m
	done
	wrong=
	for i in $(grep "^$1_" "${cases}"); do
		dmesg -c >/dev/null
		if insmod "${module}" case="$i" 2>err; then
			rmmod bsdmidi_test
		else
			cat err
			dmesg | grep bsdmidi_test
			wrong="${wrong} $i"
		fi
		if dmesg | grep -E 'leaked|are left|is left'; then
			wrong="${wrong} $i, which leaves something"
		fi
	done
	[ -z "${wrong}" ] || atf_fail "wrong:${wrong}"
}

subjects=$(sed 's/_.*//' "${cases}" | sort -u)
for i in ${subjects}; do
	atf_test_case $i
	eval "${i}_head()
	{
		atf_set descr 'Catches a host that is not what host.h says'
	}
	${i}_body() { run $i; }"
done

atf_init_test_cases()
{
	for i in ${subjects}; do
		atf_add_test_case $i
	done
}
