#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midiplay_readers.sh: midiplay(1) and other programs see the same in a
# file.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC the top
# of the sources, where h_smf.py is.

midiplay="${BSDMIDI_BIN}/midiplay"
h_smf="${BSDMIDI_SRC}/tests/usr.bin/h_smf.py"

atf_test_case midicsv
midicsv_head()
{
	atf_set descr "Catches events that midicsv(1) sees otherwise, in files" \
	    "over all that the format has"
	atf_set require.progs "python3 midicsv"
}
midicsv_body()
{
	mkdir files
	python3 "${h_smf}" make files
	# It knows none of these.
	rm files/chunks.mid files/header.mid files/rmid.mid
	atf_check -e ignore python3 "${h_smf}" agree "${midiplay}" files/*.mid
}

atf_test_case timidity
timidity_head()
{
	atf_set descr "Catches notes and times that timidity(1) sees otherwise"
	atf_set require.progs "python3 midicsv timidity"
}
timidity_body()
{
	: >none.cfg
	mkdir files
	python3 "${h_smf}" slow files
	for f in files/*.mid; do
		atf_check -o ignore -e ignore timidity -c none.cfg -Om \
		    -o out.mid "${f}"
		midicsv out.mid | python3 "${h_smf}" notes >expected
		atf_check -o inline:"200\n" -x 'wc -l <expected'
		"${midiplay}" -qvvvv "${f}" | python3 "${h_smf}" notes >got
		# It counts in ticks of its own.
		atf_check python3 "${h_smf}" same expected got 6000
	done
}

atf_init_test_cases()
{
	atf_add_test_case midicsv
	atf_add_test_case timidity
}
