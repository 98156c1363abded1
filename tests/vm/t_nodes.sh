#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_nodes.sh: the nodes of the modules as a user of Linux has them.  Cables
# are 0-1 and 2-3, and nobody uses them.
#
# BSDMIDI_TOOLS names the folder of h_dev.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

h_dev="${BSDMIDI_TOOLS}/h_dev"
note='\220<@'
note_hex=' 90 3c 40'

gone()
{
	! kill -0 "$1"
}

# Is the process asleep in a call on one of the nodes?
sleeps()
{
	ls -l "/proc/$1/fd" | grep -q /dev/rmidi &&
	    [ "$(sed 's/.*) \(.\).*/\1/' "/proc/$1/stat")" = S ]
}

atf_test_case there
there_head()
{
	atf_set descr "Catches nodes that are not there, or for everybody"
}
there_body()
{
	for i in rmidi0 rmidi1 rmidi2 rmidi3 midictl music sequencer; do
		atf_check -o inline:'character special file 660\n' \
		    stat -c '%F %a' /dev/$i
	done
	atf_check -o inline:'444\n' stat -c %a /dev/evcnt
	atf_check -o not-empty cat /dev/evcnt
	atf_check -s exit:2 -e match:'Permission denied' setpriv --reuid=1 \
	    --clear-groups --regid=1 dash -c '</dev/rmidi0'
	atf_check -s exit:1 -e ignore test -e /dev/rmidi4
	# A node that no device has.
	atf_check mknod node c "$((0x$(stat -c %t /dev/rmidi0)))" 999
	atf_check -s exit:1 -e match:'No such device or address' cat node
}

atf_test_case cat_patch
cat_patch_head()
{
	atf_set descr "Catches what keeps cat from patching two nodes, and a" \
	    "node to itself"
}
cat_patch_body()
{
	cat /dev/rmidi3 >got &
	got=$!
	"${h_dev}" sigdfl cat -u /dev/rmidi1 >/dev/rmidi2 &
	patch=$!
	await sleeps "${got}"
	await sleeps "${patch}"
	printf "${note}" >/dev/rmidi0
	# Closing ends the note.
	await has_bytes got "${note_hex} 80 3c 40"
	kill -s INT "${patch}"
	wait "${patch}"
	atf_check_equal 130 $?
	kill "${got}"
	for how in '0<>/dev/rmidi1 1>&0' '</dev/rmidi1 >/dev/rmidi1'; do
		rm -f err
		eval "\"${h_dev}\" sigdfl cat -u $how 2>err &"
		patch=$!
		await sleeps "${patch}"
		cat /dev/rmidi0 >got &
		got=$!
		await sleeps "${got}"
		exec 3>/dev/rmidi0
		printf "${note}" >&3
		await has_bytes got "${note_hex}"
		exec 3>&-
		kill -s INT "${patch}"
		wait "${patch}"
		atf_check_equal 130 $?
		kill "${got}"
		atf_check cat err
	done
}

atf_test_case shell_read
shell_read_head()
{
	atf_set descr "Catches a node that looks seekable: what a program read" \
	    "too much is not there for the next one"
}
shell_read_body()
{
	exec 3</dev/rmidi1
	exec 4>/dev/rmidi0
	printf "${note}${note}" >&4
	head -n 0 <&3
	dd bs=3 count=1 status=none <&3 >got
	head -c 3 <&3 >>got
	has_bytes got "${note_hex}${note_hex}" || atf_fail "not all is there"
	exec 3<&- 4>&-
}

# One case for each of h_dev's commands.
dev_case()
{
	atf_check -s exit:0 timeout 100 "${h_dev}" "$1" /dev/rmidi0 /dev/rmidi1
}

atf_test_case nonblock
nonblock_head()
{
	atf_set descr "Catches O_NONBLOCK that is not heeded, or stays"
}
nonblock_body()
{
	dev_case nonblock
}

atf_test_case poll
poll_head()
{
	atf_set descr "Catches poll, select and epoll that say what is not so," \
	    "or do not wake"
}
poll_body()
{
	dev_case poll
}

atf_test_case storm
storm_head()
{
	atf_set descr "Catches a wakeup that is lost, edge-triggered ones too"
}
storm_body()
{
	dev_case storm
}

atf_test_case shared
shared_head()
{
	atf_set descr "Catches a read that keeps the writer of the same" \
	    "description out"
}
shared_body()
{
	dev_case shared
}

atf_test_case signals
signals_head()
{
	atf_set descr "Catches a blocked call that a signal does not end"
}
signals_body()
{
	dev_case signal
}

atf_test_case ioctl
ioctl_head()
{
	atf_set descr "Catches a node that looks like a terminal or a file, or" \
	    "counts wrongly what can be read"
}
ioctl_body()
{
	dev_case chardev
}

atf_test_case async
async_head()
{
	atf_set descr "Catches SIGIO that does not come, or to the wrong" \
	    "process, or as another signal than was asked for"
}
async_body()
{
	dev_case async
}

atf_test_case stopped
stopped_head()
{
	atf_set descr "Catches a reader that does not survive being stopped" \
	    "and continued"
}
stopped_body()
{
	cat -u /dev/rmidi1 >got &
	got=$!
	await sleeps "${got}"
	kill -s STOP "${got}"
	await grep -q '^State:.*stopped' "/proc/${got}/status"
	kill -s CONT "${got}"
	await sleeps "${got}"
	printf "${note}" >/dev/rmidi0
	await has_bytes got "${note_hex} 80 3c 40"
	kill "${got}"
}

atf_test_case one_by_one
one_by_one_head()
{
	atf_set descr "Catches a node that is busy for the next program after" \
	    "one has closed it, and one that is not for a second"
}
one_by_one_body()
{
	cat /dev/rmidi1 >got &
	got=$!
	await sleeps "${got}"
	for i in $(seq 100); do
		printf "${note}" >/dev/rmidi0 || atf_fail "busy, the ${i}th"
	done
	atf_check -s exit:1 -e match:'resource busy' cat /dev/rmidi1
	kill "${got}"
}

atf_test_case killed
killed_head()
{
	atf_set descr "Catches a client that was killed and holds its node," \
	    "be it a reader or a writer that waits; and a note that sounds on"
}
killed_body()
{
	for i in $(seq 20); do
		cat /dev/rmidi1 >/dev/null &
		client=$!
		[ $((i % 2)) = 0 ] || await sleeps "${client}"
		kill -9 "${client}"
		wait "${client}"
	done
	exec 3</dev/rmidi1
	yes "$(printf "${note}")" | tr -d '\n' >/dev/rmidi0 &
	writer=$!
	await sleeps "${writer}"
	sleep 0.3
	kill -9 "${writer}"
	await gone "${writer}"
	atf_check timeout 20 dash -c 'exec 4>/dev/rmidi0'
	exec 3<&-
	cat /dev/rmidi1 >got &
	got=$!
	await sleeps "${got}"
	{ printf "${note}"; exec sleep 1000; } >/dev/rmidi0 &
	client=$!
	await has_bytes got "${note_hex}"
	kill -9 "${client}"
	await has_bytes got "${note_hex} 80 3c 40"
	kill "${got}"
}

atf_init_test_cases()
{
	atf_add_test_case there
	atf_add_test_case cat_patch
	atf_add_test_case shell_read
	atf_add_test_case nonblock
	atf_add_test_case poll
	atf_add_test_case storm
	atf_add_test_case shared
	atf_add_test_case signals
	atf_add_test_case ioctl
	atf_add_test_case async
	atf_add_test_case stopped
	atf_add_test_case one_by_one
	atf_add_test_case killed
}
