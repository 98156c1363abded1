#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_modules.sh: loading and unloading the modules of Linux.  Each case leaves
# vmidi with two cables and the sequencer loaded, as it found them.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

midictl="${BSDMIDI_BIN}/midictl"
all="bsdmidi_vmidi bsdmidi_sequencer bsdmidi_midi bsdmidi_kern"
note='\220<@'

loaded()
{
	grep -q "^$1 " /proc/modules
}

unload_all()
{
	for m in ${all}; do
		loaded $m || continue
		atf_check rmmod $m
	done
}

load_all()
{
	atf_check modprobe bsdmidi_vmidi cables=2
	atf_check modprobe bsdmidi_sequencer
}

atf_test_case needs cleanup
needs_head()
{
	atf_set descr "Catches a module that does not load what it needs, and" \
	    "parts that stay when it goes"
}
needs_body()
{
	unload_all
	atf_check -s exit:1 -e ignore test -e /dev/rmidi0
	atf_check -s exit:1 -e ignore test -e /dev/evcnt
	atf_check -s exit:1 -e ignore test -e /sys/class/bsdmidi
	atf_check -s exit:1 grep bsdmidi /proc/devices
	atf_check -s exit:1 -x "ps ax | grep -q '[b]sdmidi:'"
	atf_check modprobe bsdmidi_vmidi
	await test -c /dev/rmidi1
	atf_check -s exit:1 test -e /dev/rmidi2
	atf_check test -c /dev/midictl
	await loaded bsdmidi_sequencer
	# What they needed goes with them, in some order.
	atf_check modprobe -r bsdmidi_vmidi bsdmidi_sequencer
	! loaded bsdmidi_kern || atf_check rmmod bsdmidi_kern
	for m in ${all}; do
		loaded $m && atf_fail "$m is still there"
	done
	atf_check modprobe bsdmidi_sequencer
	atf_check test -c /dev/music
	load_all
	atf_check test -c /dev/rmidi3
}
needs_cleanup()
{
	modprobe bsdmidi_vmidi cables=2
	modprobe bsdmidi_sequencer
}

atf_test_case parameters cleanup
parameters_head()
{
	atf_set descr "Catches parameters that are not described, not heeded" \
	    "or not checked"
}
parameters_body()
{
	for m in ${all}; do
		for f in description license author; do
			atf_check -o not-empty modinfo -F $f $m
		done
		for p in /sys/module/$m/parameters/*; do
			[ -e "$p" ] || continue
			modinfo -p $m | grep -q "^${p##*/}:..*" ||
			    atf_fail "$p is not described"
		done
	done
	atf_check rmmod bsdmidi_vmidi
	for i in 65 -1 x; do
		atf_check -s exit:1 -e match:'Invalid argument|Numerical' \
		    modprobe bsdmidi_vmidi cables=$i
	done
	atf_check modprobe bsdmidi_vmidi cables=64
	atf_check -o inline:'128\n' -x "ls /dev | grep -c ^rmidi"
	atf_check rmmod bsdmidi_vmidi
	atf_check modprobe bsdmidi_vmidi cables=0
	atf_check -o inline:'0\n' -s exit:1 -x "ls /dev | grep -c ^rmidi"
	atf_check rmmod bsdmidi_vmidi
	load_all
}
parameters_cleanup()
{
	modprobe bsdmidi_vmidi cables=2
}

atf_test_case dmesg
dmesg_head()
{
	atf_set descr "Catches messages of attachment that are not NetBSD's"
}
dmesg_body()
{
	atf_check rmmod bsdmidi_vmidi
	dmesg -c >/dev/null
	atf_check modprobe bsdmidi_vmidi cables=1
	atf_check rmmod bsdmidi_vmidi
	cat >expected <<'END'
vmidi0: virtual MIDI cable
midi0 at vmidi0: vmidi0 end a
midi1 at vmidi0: vmidi0 end b
midi1: detached
midi0: detached
vmidi0: detached
END
	atf_check -o file:expected -x "dmesg | sed 's/^\[[^]]*\] //'"
	load_all
}

atf_test_case busy
busy_head()
{
	atf_set descr "Catches a module that is unloaded under an open file," \
	    "or is held for longer"
}
busy_body()
{
	for node in rmidi0 music midictl evcnt; do
		exec 3</dev/$node
		case $node in
		rmidi0)	held="bsdmidi_vmidi bsdmidi_midi" ;;
		music)	held="bsdmidi_sequencer bsdmidi_midi" ;;
		midictl) held=bsdmidi_midi ;;
		*)	held= ;;
		esac
		for m in ${held} bsdmidi_kern; do
			atf_check -s exit:1 -e match:'is in use' rmmod $m
		done
		exec 3<&-
		for m in ${all}; do
			atf_check rmmod $m
		done
		load_all
	done
}

# Who waits in a device is told when it goes; who has a module's device open
# only by /dev/music keeps nothing.
atf_test_case unplugged
unplugged_head()
{
	atf_set descr "Catches a sequencer that does not survive a device that" \
	    "is unloaded, or a connection that keeps one"
}
unplugged_body()
{
	atf_check "${midictl}" connect 0 3
	exec 3<>/dev/music
	atf_check rmmod bsdmidi_vmidi
	atf_check -o empty "${midictl}" list
	exec 3<&-
	load_all
	atf_check -o match:'^3: ' "${midictl}" list
}

# What the slab has in caches of modules' sizes, in KiB.
slab()
{
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

# One more load, some bytes, unload.
cycle()
{
	atf_check modprobe bsdmidi_vmidi cables=2
	cat /dev/rmidi1 >/dev/null &
	reader=$!
	printf "${note}${note}" >/dev/rmidi0
	printf "${note}" >/dev/rmidi3
	kill "${reader}"
	wait "${reader}"
	for m in ${all}; do
		atf_check rmmod $m
	done
}

atf_test_case cycles cleanup
cycles_head()
{
	atf_set descr "Catches memory, threads or warnings that loading and" \
	    "unloading with traffic between leave behind"
	atf_set timeout $((300 + 10 * ${BSDMIDI_CYCLES:-25}))
}
cycles_body()
{
	unload_all
	n=${BSDMIDI_CYCLES:-25}
	for i in $(seq 10); do
		cycle
	done
	before=$(slab)
	for i in $(seq "$n"); do
		cycle
	done
	after=$(slab)
	echo "SUnreclaim: ${before} KiB, after $n cycles ${after} KiB"
	# A leak of a hundred bytes a cycle would be seen.
	[ $((after - before)) -lt $((256 + n / 10)) ] ||
	    atf_fail "SUnreclaim: ${before} KiB, now ${after} KiB"
	atf_check -s exit:1 -x "dmesg | grep -E 'leaked|are left|is left'"
	load_all
}
cycles_cleanup()
{
	modprobe bsdmidi_vmidi cables=2
	modprobe bsdmidi_sequencer
}

atf_init_test_cases()
{
	atf_add_test_case needs
	atf_add_test_case parameters
	atf_add_test_case dmesg
	atf_add_test_case busy
	atf_add_test_case unplugged
	atf_add_test_case cycles
}
