#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_oplinstrs.sh: that oplinstrs.c is what opl_bank.py makes of opl_bank.txt,
# and that the program knows what is wrong.
#
# BSDMIDI_SRC is the top of the sources.

ic="${BSDMIDI_SRC}/sys/dev/ic"

atf_test_case current
current_head()
{
	atf_set descr "Catches a table that was changed without its C, or the" \
	    "other way round"
	atf_set require.progs python3
}
current_body()
{
	atf_check -o file:"${ic}/oplinstrs.c" \
	    -x "python3 ${ic}/opl_bank.py <${ic}/opl_bank.txt"
}

atf_test_case wrong
wrong_head()
{
	atf_set descr "Catches a line that is wrong and is taken"
	atf_set require.progs python3
}
wrong_body()
{
	n=0
	while read -r from to; do
		sed "0,/^1 Acoustic/{/^1 Acoustic/s@${from}@${to}@}" \
		    "${ic}/opl_bank.txt" >table
		atf_check -s exit:1 -e match:"opl_bank.py: " \
		    -x "python3 ${ic}/opl_bank.py <table"
		n=$((n + 1))
	done <<'W'
fm am
3.fm 8.fm
k.1.1.27 q.1.1.27
k.1.1.27 k.16.1.27
k.1.1.27 k.1.4.27
k.1.1.27 k.1.1.64
15.3.5.5.0 16.3.5.5.0
15.3.5.5.0 15.3.5.5.4
15.3.5.5.0 15.3.5.5
^1 2
^1 129
^1 d1
$ ./.60
W
	atf_check_equal 13 ${n}
	sed '/^d38/d' "${ic}/opl_bank.txt" >table
	atf_check -s exit:1 -e match:"not 128 programs and 47 drums" \
	    -x "python3 ${ic}/opl_bank.py <table"
}

atf_init_test_cases()
{
	atf_add_test_case current
	atf_add_test_case wrong
}
