#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_sentences.sh: the tests that sentences.txt names are there.
#
# BSDMIDI_SRC names the tree with the table, BSDMIDI_TOOLS a folder beside
# those of the test programs, each of which is asked for its cases once.

# cases program: the names of its cases, one a line; none if it is not there.
cases()
{
	list="list.$(echo "$1" | tr / .)"
	if [ ! -f "${list}" ]; then
		"${BSDMIDI_TOOLS}/../$1" -l 2>/dev/null |
		    sed -n 's/^ident: //p' >"${list}"
	fi
	cat "${list}"
}

# wrong table: every line without the form of a line, key that is there twice,
# and case that is not there.  A program's case * is all that it has.
wrong()
{
	sed -e '/^#/d' -e '/^$/d' "$1" >lines
	grep -vE '^[NOAHW][0-9.]+ \| [^|]+ \| (- [^|]+|[a-z_./]+:[a-z0-9_*][^|]*)$' lines
	cut -d ' ' -f 1 lines | sort | uniq -d
	sed -e 's/.* | //' -e '/^- /d' lines | tr ' ' '\n' | sort -u >named
	while IFS=: read -r program name; do
		if [ "${name}" = '*' ]; then
			cases "${program}" | grep -q .
		else
			cases "${program}" | grep -qxF -e "${name}"
		fi || echo "${program}:${name}"
	done <named
}

atf_test_case named
named_head()
{
	atf_set descr "Catches a test that sentences.txt names and that is not there"
}
named_body()
{
	wrong "${BSDMIDI_SRC}/tests/dev/midi/sentences.txt" >found
	atf_check cat found
	# It looked at something.
	atf_check test "$(wc -l <named)" -gt 100
}

atf_test_case noticed
noticed_head()
{
	atf_set descr "Catches a check of the table that would let a wrong name pass"
}
noticed_body()
{
	cat >table <<-'END'
		# A comment.

		N1 | there | dev/midi/t_rmidi_sim:cable dev/midi/t_seq_event:*
		N2 | no such case | dev/midi/t_rmidi_sim:cabl
		N3 | no such program | dev/midi/t_gone:cable
		N3 | the same key | - a reason
		N4 | no reason | -
		N5 | no program | cable
		N6 | all of none | dev/midi/t_gone:*
	END
	wrong table >found
	cat >expected <<-'END'
		N4 | no reason | -
		N5 | no program | cable
		N3
		-:
		cable:
		dev/midi/t_gone:*
		dev/midi/t_gone:cable
		dev/midi/t_rmidi_sim:cabl
	END
	sort -o expected expected
	atf_check -o file:expected sort found
}

atf_init_test_cases()
{
	atf_add_test_case named
	atf_add_test_case noticed
}
