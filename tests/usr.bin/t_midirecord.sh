#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midirecord.sh: midirecord(1) as a program, without a device: what it
# reads are files and pipes of records.
#
# BSDMIDI_BIN names the folder that the programs are in.

midirecord="${BSDMIDI_BIN}/midirecord"
midiplay="${BSDMIDI_BIN}/midiplay"

# Is the machine little-endian?  Records have its order of bytes.
little()
{
	[ "$(printf '\1\0' | od -An -tu2 | tr -d ' ')" = 1 ]
}

# A record that waits for division $1.
wait_abs()
{
	set -- "$(($1 / 16777216 % 256))" "$(($1 / 65536 % 256))" \
	    "$(($1 / 256 % 256))" "$(($1 % 256))"
	little && set -- "$4" "$3" "$2" "$1"
	printf '\201\002\000\000'
	printf "$(printf '\\%03o\\%03o\\%03o\\%03o' "$@")"
}

# Note on and off, device 0, channel 3, half a second apart, from 20 ms on;
# then a SysEx message from device 1.
make_records()
{
	{
		wait_abs 1000
		printf '\223\000\220\003\074\144\000\000'
		wait_abs 26000
		printf '\223\000\200\003\074\100\000\000'
		printf '\224\001\360\001\002\003\004\005'
		printf '\224\001\006\367\377\377\377\377'
	} >records
}

# Check what file $1 says, one line per event; the rest are arguments of
# atf_check.
check_events()
{
	"${midiplay}" -qvvvv "$1" | sed -n 's/^DELAY */+/p;/^M[EI]/p' >events
	shift
	atf_check "$@" cat events
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches wrong arguments that are taken, and answers" \
	    "to them on the wrong stream"
}
usage_body()
{
	atf_check -s exit:0 -o match:'^usage: midirecord ' "${midirecord}" -h
	atf_check -s exit:1 -e match:'^usage: midirecord ' "${midirecord}"
	atf_check -s exit:1 -e match:'^usage: midirecord ' \
	    "${midirecord}" one two
	for args in '-B 31' '-B 1.5' '-c 16' '-c 1,' '-n 0' '-n 32768' \
	    '-R 0' '-R -1' '-T 3' '-T x' '-T 0x' '-t 0' '-t 1:2:3:4' \
	    '-t 1:' '-t 1.5:00' '-t x'; do
		atf_check -s exit:1 -e match:"^midirecord: ${args%% *} " \
		    "${midirecord}" ${args} file
	done
	atf_check -s exit:1 -e match:'^midirecord: -d 256: no such device' \
	    "${midirecord}" -f /dev/null -d 256 file
	atf_check -s exit:1 test -e file
}

atf_test_case record
record_head()
{
	atf_set descr "Catches events lost, at wrong times or in a file that" \
	    "is not whole"
}
record_body()
{
	make_records
	atf_check -e match:'timebase' "${midirecord}" -f records out.mid
	cat >expected <<END
+0 TRACK  0
META 51 (3) 07 A1 20
+0 TRACK  0
MIDI 93 (2) 3C 64
+480 TRACK  0
MIDI 83 (2) 3C 40
+0 TRACK  0
MIDI F0 (7) 01 02 03 04 05 06 F7
+0 TRACK  0
META 2F (0)
END
	check_events out.mid -o file:expected
	# The track's length is that of the rest of the file.
	size=$(wc -c <out.mid)
	len=$(od -An -tu1 -j18 -N4 out.mid |
	    awk '{ print $1 * 2^24 + $2 * 2^16 + $3 * 2^8 + $4 }')
	atf_check_equal "$((size - 22))" "${len}"
	# The same into a pipe, and over what is there already.
	atf_check -o file:out.mid -x "${midirecord} -q -f records - | cat"
	echo old >old.mid
	chmod 640 old.mid
	ln -s old.mid link.mid
	atf_check "${midirecord}" -q -f records link.mid
	atf_check cmp out.mid old.mid
	atf_check -o inline:'640\n' stat -c %a old.mid
	atf_check -o empty find . -name 'o*.mid.*'
}

atf_test_case options
options_head()
{
	atf_set descr "Catches options of time and choice that do nothing," \
	    "or something else"
}
options_body()
{
	make_records
	q="-q -f records"
	atf_check "${midirecord}" ${q} -o -n 100 -T 60 a.mid
	check_events a.mid -o match:'^\+2 ' -o match:'^\+50 ' \
	    -o match:'META 51 \(3\) 0F 42 40'
	# 0.52 s are 1.04 beats: the nearest of 0, 0.75, 1.5 is 0.75.
	atf_check "${midirecord}" ${q} -o -R 0.75 b.mid
	check_events b.mid -o match:'^\+360 '
	atf_check "${midirecord}" ${q} -d 1 c.mid
	check_events c.mid -o not-match:'MIDI [89]' -o match:'MIDI F0'
	atf_check "${midirecord}" ${q} -c 0,2,4 d.mid
	check_events d.mid -o not-match:'MIDI [89]'
	atf_check "${midirecord}" ${q} -c 3 -B 33 -r raw e.mid
	check_events e.mid -o match:'MIDI 93'
	atf_check cmp raw records
	atf_check -e match:'^tick 0: 93 00 90 03 3c 64 00 00$' \
	    "${midirecord}" ${q} -D f.mid
	atf_check -e match:'recording from records to g.mid, 480' \
	    -e match:'3 events in g.mid' "${midirecord}" ${q} -V g.mid
	# The node: -f before MIDIDEVICE before MIDI_DIR.
	atf_check env MIDIDEVICE=/nonexistent "${midirecord}" ${q} h.mid
	atf_check -s exit:1 -e match:'^midirecord: a/b: No such file' \
	    env MIDIDEVICE=a/b MIDI_DIR=c "${midirecord}" h.mid
	atf_check -s exit:1 -e match:'^midirecord: c/music: No such file' \
	    env MIDI_DIR=c "${midirecord}" h.mid
}

atf_test_case append
append_head()
{
	atf_set descr "Catches an appended take that breaks the file, or is" \
	    "not behind what was there"
}
append_body()
{
	make_records
	atf_check "${midirecord}" -q -f records -a -n 96 out.mid
	cp out.mid first.mid
	atf_check "${midirecord}" -q -f records -a -T 60 out.mid
	atf_check -o match:'format=1 ntrks=2 divisions=96' \
	    "${midiplay}" -qvv out.mid
	"${midiplay}" -qvvvv out.mid | sed -n 's/^DELAY *//p' >delays
	cat >expected <<END
0 TRACK  0
0 TRACK  0
96 TRACK  0
0 TRACK  0
0 TRACK  0
0 TRACK  0
0 TRACK  1
48 TRACK  1
0 TRACK  1
0 TRACK  1
END
	atf_check -o file:expected cat delays
	printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\4\0\370\0\0' >bad.mid
	cp bad.mid kept.mid
	atf_check -s exit:1 -e match:'bad.mid: byte 23: a status byte' \
	    "${midirecord}" -q -f records -a bad.mid
	atf_check cmp bad.mid kept.mid
	atf_check -s exit:1 -e match:'cannot append' \
	    "${midirecord}" -q -f records -a -
}

# Start a recording of standard input's pipe, and wait until it listens.
start_recording()
{
	mkfifo pipe
	"${midirecord}" -qV -f pipe "$@" out.mid 2>log &
	pid=$!
	exec 3>pipe
	until grep -q recording log; do
		sleep 0.01
	done
}

atf_test_case signals
signals_head()
{
	atf_set descr "Catches a signal that loses the take"
}
signals_body()
{
	make_records
	for sig in INT TERM HUP; do
		start_recording
		cat records >&3
		kill -${sig} ${pid}
		wait ${pid}
		atf_check_equal 0 $?
		exec 3>&-
		check_events out.mid -o match:'MIDI 83'
		rm pipe out.mid
	done
}

atf_test_case limit
limit_head()
{
	atf_set descr "Catches -t that does not stop the recording"
}
limit_body()
{
	start_recording -t 0:00.05
	wait ${pid}
	atf_check_equal 0 $?
	check_events out.mid -o match:'META 2F'
}

atf_test_case full
full_head()
{
	atf_set descr "Catches a full disk that loses what was taken"
}
full_body()
{
	make_records
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
		cat records records >more
		mv more records
	done
	# 512-byte units in the shell's limit: 128 KiB.
	atf_check -s exit:1 -e match:'out.mid: File too large' -x \
	    "trap '' XFSZ; ulimit -f 256; ${midirecord} -q -f records out.mid"
	check_events out.mid -o match:'MIDI 83'
	[ "$(wc -c <out.mid)" -gt 65536 ] || atf_fail "too little was kept"
}

atf_test_case missing
missing_head()
{
	atf_set descr "Catches errors of files without a word or status"
}
missing_body()
{
	make_records
	atf_check -s exit:1 -e match:'^midirecord: none: No such file' \
	    "${midirecord}" -f none out.mid
	atf_check -s exit:1 -e match:'^midirecord: no/out.mid: No such file' \
	    "${midirecord}" -q -f records no/out.mid
	atf_check -s exit:1 -e match:'^midirecord: no/raw: No such file' \
	    "${midirecord}" -q -f records -r no/raw out.mid
	# Without -f a node without a timer is an error.
	mkdir dir
	cp records dir/music
	atf_check -s exit:1 -e match:'^midirecord: dir/music: timebase: ' \
	    env MIDI_DIR=dir "${midirecord}" out.mid
	atf_check -o inline:'dir records ' -x 'ls | grep -v ^check | tr "\n" " "'
}

atf_init_test_cases()
{
	atf_add_test_case usage
	atf_add_test_case record
	atf_add_test_case options
	atf_add_test_case append
	atf_add_test_case signals
	atf_add_test_case limit
	atf_add_test_case full
	atf_add_test_case missing
}
