#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_usage.sh: what all programs have in common: their help, what they say to
# wrong options and where there are no devices, and the statuses they end with.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

programs="midibank midictl mididump midihost midiplay midirecord vmstat"

atf_test_case help
help_head()
{
	atf_set descr "Catches a help that is not on standard output, is no" \
	    "usage and lines of options, or fails"
}
help_body()
{
	for i in ${programs}; do
		atf_check -o save:out "${BSDMIDI_BIN}/$i" -h
		atf_check -o match:"^usage: $i " head -n 1 out
		atf_check -o match:'^-[A-Za-z].*  [a-z]' cat out
		# No line is too long for a terminal.
		atf_check -s exit:1 -o empty grep -nE '^.{80}' out
		atf_check -s exit:1 -e match:"^$i: standard output: No space" \
		    sh -c "'${BSDMIDI_BIN}/$i' -h >/dev/full"
	done
}

atf_test_case options
options_head()
{
	atf_set descr "Catches an option that does not exist and is taken, or" \
	    "of which it is said in other words"
}
options_body()
{
	for i in ${programs}; do
		atf_check -s exit:1 -o empty \
		    -e match:"^$i: -Z: no such option$" \
		    -e match:"^usage: $i " "${BSDMIDI_BIN}/$i" -Z
		case $i in
		midihost)	option=-p ;;
		*)		option=-f ;;
		esac
		atf_check -s exit:1 -o empty \
		    -e match:"^$i: ${option}: an argument is missing$" \
		    -e match:"^usage: $i " "${BSDMIDI_BIN}/$i" ${option}
	done
}

atf_test_case nodes
nodes_head()
{
	atf_set descr "Catches a program that looks for devices elsewhere than" \
	    "it is told, or does not say where"
}
nodes_body()
{
	while read -r node command; do
		program=${command%% *}
		atf_check -s exit:1 \
		    -e match:"^${program}: no/${node}: No such file" \
		    env MIDI_DIR=no "${BSDMIDI_BIN}/"${command}
		[ "${program}" != midictl ] && [ "${program}" != mididump ] ||
		    continue
		atf_check -s exit:1 \
		    -e match:"^${program}: nowhere: No such file" \
		    env MIDI_DIR=no "${BSDMIDI_BIN}/"${command} -f nowhere
	done <<-'END'
		midictl midictl
		midictl midictl connect 0 1
		midictl mididump
		music mididump -m
		music midiplay -x
		music midirecord -t 1 out.mid
		evcnt vmstat -e
	END
	for i in midictl mididump; do
		atf_check -s exit:1 -e match:"^$i: nowhere: No such file" \
		    env MIDI_DIR=no "${BSDMIDI_BIN}/$i" -f nowhere
	done
}

atf_init_test_cases()
{
	atf_add_test_case help
	atf_add_test_case options
	atf_add_test_case nodes
}
