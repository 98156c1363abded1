#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_vmstat.sh: vmstat(1): what it makes of counters in a file, and of those of
# a midihost.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

vmstat="${BSDMIDI_BIN}/vmstat"

# A file of counters, kept for 100 seconds, from lines with blanks for tabs.
counters()
{
	printf 'kernel\tuptime\tseconds\t100\n' >evcnt
	printf "$@" >>evcnt
}

# Vmstat prints its standard input.
prints()
{
	cat >expected
	atf_check -o file:expected "${vmstat}" "$@" -f evcnt
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches wrong arguments that are taken, and answers" \
	    "to them on the wrong stream or of another form"
}
usage_body()
{
	: >evcnt
	atf_check -s exit:0 -o match:'^usage: vmstat ' "${vmstat}" -h
	atf_check -s exit:0 -o match:'^usage: vmstat ' "${vmstat}" -eh
	for args in '' -v '-f evcnt' -Z '-e -Z' '-e -f' '-e x' '-ev evcnt'; do
		atf_check -s exit:1 -e match:'^vmstat: [^:]*: ' \
		    -e match:'^usage: vmstat ' "${vmstat}" ${args}
	done
}

atf_test_case columns
columns_head()
{
	atf_set descr "Catches columns that are not as wide as their widest" \
	    "entry, or not of NetBSD's form"
}
columns_body()
{
	counters '%s\t%s\t%s\t%s\n' \
	    midi0 'rcv bytes' misc 18446744073709551615 \
	    midi0 'xmt incomplete msgs' misc 7 \
	    midi10 i intr 123456 \
	    cpu0 'page fault' trap 1
	prints -e <<'END'
interrupt                                 total               rate type
midi0 rcv bytes            18446744073709551615 184467440737095516 misc
midi0 xmt incomplete msgs                     7                  0 misc
midi10 i                                 123456               1234 intr
cpu0 page fault                               1                  0 trap
END
	counters 'a\tb\tother\t99\n'
	prints -e <<'END'
interrupt  total rate type
a b           99    0 ?
END
}

atf_test_case zeros
zeros_head()
{
	atf_set descr "Catches counters of 0 that are shown without -v, or" \
	    "not with it, or that count for the columns"
}
zeros_body()
{
	counters 'midi0\trcv bytes discarded\tmisc\t0\n'
	printf 'midi0\txmt bytes\tmisc\t200\n' >>evcnt
	prints -e <<'END'
interrupt        total rate type
midi0 xmt bytes    200    2 misc
END
	prints -ev <<'END'
interrupt                  total rate type
midi0 rcv bytes discarded      0    0 misc
midi0 xmt bytes              200    2 misc
END
	counters ''
	prints -e <<'END'
interrupt  total rate type
END
	: >evcnt
	prints -e -v <<'END'
interrupt  total rate type
END
}

atf_test_case rate
rate_head()
{
	atf_set descr "Catches a rate of the machine's uptime where the file" \
	    "has one, or a division by 0"
}
rate_body()
{
	printf 'kernel\tuptime\tseconds\t0\nmidi0\tx\tmisc\t1000\n' >evcnt
	prints -e <<'END'
interrupt  total rate type
midi0 x     1000 1000 misc
END
	# Nobody has been running for 3000 years.
	printf 'midi0\tx\tmisc\t100000000000\nmidi0\ty\tmisc\t0\n' >evcnt
	atf_check -o match:'^midi0 x +100000000000 +[1-9][0-9]* misc$' \
	    -o match:'^midi0 y +0 +0 misc$' "${vmstat}" -ev -f evcnt
}

atf_test_case files
files_head()
{
	atf_set descr "Catches a default that is not in MIDI_DIR, and files" \
	    "that cannot be read or have no counters in them and pass"
}
files_body()
{
	mkdir dev
	counters 'midi0\txmt bytes\tmisc\t200\n'
	mv evcnt dev/evcnt
	MIDI_DIR=dev atf_check -o match:'^midi0 xmt bytes' "${vmstat}" -e
	MIDI_DIR=none atf_check -s exit:1 \
	    -e match:'^vmstat: none/evcnt: No such file' "${vmstat}" -e
	atf_check -s exit:1 -e match:'^vmstat: dev: Is a dir' \
	    "${vmstat}" -e -f dev
	for line in '' midi0 'midi0\tx\tmisc' 'midi0\tx\tmisc\t' \
	    'midi0\tx\tmisc\tten' 'midi0\tx\tmisc\t1x' 'midi0\tx\tmisc\t-1' \
	    'midi0\tx\tmisc\t 1' 'midi0\tx\tmisc\t18446744073709551616' \
	    'midi0\tx\tmisc\t1\t2'; do
		printf 'midi0\tx\tmisc\t1\n%b\n' "${line}" >bad
		atf_check -s exit:1 \
		    -e inline:'vmstat: bad: line 2 is no counter\n' \
		    "${vmstat}" -e -f bad
	done
	printf 'midi0\tx\tmisc\t1' >unended
	atf_check -o match:'^midi0 x ' "${vmstat}" -e -f unended
	atf_check -s exit:1 -e match:'^vmstat: standard output: No space' \
	    sh -c "'${vmstat}' -e -f unended >/dev/full"
}

atf_test_case live cleanup
live_head()
{
	atf_set descr "Catches a node that it does not understand, and bytes" \
	    "that are not counted"
}
live_body()
{
	start vmidi:1
	atf_check -o inline:'interrupt  total rate type\n' "${vmstat}" -e
	# The pair of a virtual cable, and four names of NetBSD's each.
	atf_check -o save:all "${vmstat}" -ev
	for name in 'xmt bytes discarded' 'xmt incomplete msgs' \
	    'rcv bytes discarded' 'rcv incomplete msgs'; do
		atf_check -o match:"^midi0 ${name} +0 +0 misc$" \
		    -o match:"^midi1 ${name} +0 +0 misc$" cat all
	done
	exec 3<dev/rmidi1
	# A volume leaves nothing sounding that a close would end.
	printf '\260\007\100' >volume
	cat volume >dev/rmidi0
	atf_check -o file:volume head -c 3 <&3
	# Data without status is refused.
	atf_check -s not-exit:0 -e ignore sh -c 'printf "\1\2" >dev/rmidi0'
	atf_check -o match:'^midi0 xmt bytes +3 +[0-9]+ misc$' \
	    -o match:'^midi0 xmt bytes discarded +[1-9][0-9]* +[0-9]+ misc$' \
	    -o match:'^midi1 rcv bytes +3 +[0-9]+ misc$' \
	    -o not-match:'discarded +0' "${vmstat}" -e
}
live_cleanup()
{
	stop
}

atf_init_test_cases()
{
	atf_add_test_case usage
	atf_add_test_case columns
	atf_add_test_case zeros
	atf_add_test_case rate
	atf_add_test_case files
	atf_add_test_case live
}
