#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_fuzz.sh: the corpora of the fuzzers once more.
#
# BSDMIDI_SRC is the top of the sources, and the programs are beside this one.

atf_test_case smf
smf_head()
{
	atf_set descr "Catches MIDI files that once broke the reader or the" \
	    "player, or lead into every corner of them"
}
smf_body()
{
	corpus=${BSDMIDI_SRC}/tests/fuzz/smf.txt
	n=$(grep -vc '^#' "${corpus}")
	[ "${n}" -ge 100 ] || atf_fail "only ${n} inputs"
	atf_check -o inline:"${n} inputs\n" \
	    "$(atf_get_srcdir)/replay_smf" "${corpus}"
}

atf_test_case usb
usb_head()
{
	atf_set descr "Catches descriptors and packets of USB MIDI devices that" \
	    "lead into every corner of what reads them"
}
usb_body()
{
	corpus=${BSDMIDI_SRC}/tests/fuzz/usb.txt
	n=$(grep -vc '^#' "${corpus}")
	[ "${n}" -ge 50 ] || atf_fail "only ${n} inputs"
	atf_check -o inline:"${n} inputs\n" \
	    "$(atf_get_srcdir)/replay_usb" "${corpus}"
}

atf_init_test_cases()
{
	atf_add_test_case usb
	atf_add_test_case smf
}
