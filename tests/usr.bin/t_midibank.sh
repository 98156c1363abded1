#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midibank.sh: midibank(1), as far as it goes without a chip; with one, see
# tests/sound.

midibank="${BSDMIDI_BIN}/midibank"

sbi()
{
	printf 'SBI\032%-32s' "$1"
	printf '\041\041\020\000\360\360\017\017\000\000\001\000\000\000\000\000'
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches wrong arguments that are not refused"
}
usage_body()
{
	for i in "" "-x" "-l" "-l -r" "-l -d 0 a" "-l -n 1 a" "-q a"; do
		atf_check -s exit:1 -e match:"usage: midibank" "${midibank}" ${i}
	done
	for i in 0 129 d128 d x 1x ''; do
		atf_check -s exit:1 -e match:"not 1 to 128, nor d0 to d127" \
		    "${midibank}" -n "${i}" a
	done
}

atf_test_case list
list_head()
{
	atf_set descr "Catches a file that is listed as another, from standard" \
	    "input as well"
}
list_body()
{
	sbi Flute >flute.sbi
	printf '%s: SBI, 1 programs, 0 drums\n-\t2 operators\tFlute\n' flute.sbi \
	    >want
	atf_check -o file:want "${midibank}" -l flute.sbi
	atf_check -o match:"^-: SBI" -x "${midibank} -l - <flute.sbi"
}

atf_test_case wrong
wrong_head()
{
	atf_set descr "Catches files that are none and are taken, or are not" \
	    "told of by name and reason"
}
wrong_body()
{
	atf_check -s exit:1 -e match:"nowhere.sbi: No such file" \
	    "${midibank}" -l nowhere.sbi
	: >empty
	atf_check -s exit:1 -e match:"empty: no file of SBI" "${midibank}" -l empty
	printf 'IBK\032xyz' >short.ibk
	atf_check -s exit:1 -e match:"short.ibk: cut short" \
	    "${midibank}" -l short.ibk
	atf_check -s exit:1 -e match:"Is a directory" "${midibank}" -l .
	atf_check -s exit:1 -e match:"too long for a bank" \
	    -x "${midibank} -l /dev/zero"
	# One wrong file, and nothing is done.
	sbi Flute >flute.sbi
	atf_check -s exit:1 -e match:"short.ibk: cut short" \
	    "${midibank}" -l flute.sbi short.ibk
}

atf_test_case nobody
nobody_head()
{
	atf_set descr "Catches a sequencer that is not there, or has no chip, and" \
	    "is not told of"
}
nobody_body()
{
	sbi Flute >flute.sbi
	atf_check -s exit:1 -e match:"nomusic: No such file" \
	    "${midibank}" -n 1 -f nomusic flute.sbi
	atf_check -s exit:1 -e match:"no OPL is there" \
	    "${midibank}" -n 1 -f /dev/null flute.sbi
	atf_check -s exit:1 -e match:"/dev/null: no device 7x" \
	    "${midibank}" -n 1 -d 7x -f /dev/null flute.sbi
	atf_check -s exit:1 -e match:"say which with -n" \
	    "${midibank}" -d 0 -f /dev/null flute.sbi
	# What is sent: key, device, number, and the bytes of the file.
	: >sent
	atf_check -o match:"SBI, 1 loaded, 0 refused" \
	    "${midibank}" -n d38 -d 3 -f sent flute.sbi
	od -An -v -tx1 sent | tr -d ' \n' >hex
	# The key's first byte is fd on every machine, and 01 the second.
	atf_check -o match:"^fd010300a60000002121" cat hex
	atf_check -o inline:"40\n" -x "stat -c %s sent"
}

atf_init_test_cases()
{
	atf_add_test_case usage
	atf_add_test_case list
	atf_add_test_case wrong
	atf_add_test_case nobody
}
