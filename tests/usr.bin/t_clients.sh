#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_clients.sh: programs that know only device files, on the nodes of a
# midihost: what they do, call for call, by h_client.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_TOOLS that of
# the helpers, BSDMIDI_SRC that of the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

client="${BSDMIDI_TOOLS}/h_client"

# hear how node count: in the background, from when it has it open.
hear()
{
	"${client}" in "$@" >heard 2>log &
	pid=$!
	until grep -q open log; do
		sleep 0.01
	done
}

# What was heard.
heard()
{
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o inline:"$1\n" cat heard
}

atf_test_case in cleanup
in_head()
{
	atf_set descr "Catches a node that a program cannot read as it is used" \
	    "to, or bytes that it does not get"
}
in_body()
{
	start vmidi:1
	for how in csound fluidsynth puredata amsynth; do
		hear ${how} dev/rmidi1 9
		sleep 0.1
		printf '\220\074\100\360\001\367' >dev/rmidi0
		# Nothing for a while, then the end of the note comes.
		heard ' 90 3c 40 f0 01 f7 80 3c 40'
	done
}
in_cleanup()
{
	stop
}

atf_test_case out cleanup
out_head()
{
	atf_set descr "Catches a node that a program cannot write as it is used" \
	    "to, or bytes that are lost or held back"
}
out_body()
{
	start vmidi:1
	for how in csound puredata; do
		hear amsynth dev/rmidi1 9
		atf_check "${client}" out ${how} dev/rmidi0 90 3c 40 b0 07 64
		heard ' 90 3c 40 b0 07 64 80 3c 40'
	done
}
out_cleanup()
{
	stop
}

atf_test_case sequencer cleanup
sequencer_head()
{
	atf_set descr "Catches a program for OSS's /dev/sequencer that gets" \
	    "nothing through, or is refused"
}
sequencer_body()
{
	start vmidi:1
	for how in dosbox playmidi; do
		"${BSDMIDI_BIN}/mididump" -f dev/rmidi1 -Txvn 2 \
		    -k note >heard &
		pid=$!
		until "${BSDMIDI_BIN}/midictl" -f dev/midictl |
		    grep -q 'open by [0-9]*: in$'; do
			sleep 0.01
		done
		atf_check "${client}" out ${how} dev/sequencer 90 3c 40
		: >log
		heard '90 3c 40\n80 3c 40'
	done
}
sequencer_cleanup()
{
	stop
}

atf_init_test_cases()
{
	for c in in out sequencer; do
		atf_add_test_case $c
	done
}
