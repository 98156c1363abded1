#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midirecord.sh: midirecord(1) as a program, without a device: what it
# reads are files and pipes of records.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

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
	for args in '-C 100' '-F 2' '-i 3' '-i 3/5' '-i 0/4' '-i 3/4x' \
	    '-s x' '-B 31' '-B 1.5' '-c 16' '-c 1,' '-n 0' '-n 32768' \
	    '-R 0' '-R -1' '-T 3' '-T x' '-T 0x' '-t 0' '-t 1:2:3:4' \
	    '-t 1:' '-t 1.5:00' '-t x'; do
		atf_check -s exit:1 -e match:"^midirecord: ${args%% *} " \
		    "${midirecord}" ${args} file
	done
	atf_check -s exit:1 -e match:'^midirecord: -d 256: no such device' \
	    "${midirecord}" -f /dev/null -d 256 file
	atf_check -s exit:1 -e match:'^midirecord: -F 0: has one track' \
	    "${midirecord}" -F 0 -s both file
	atf_check -s exit:1 -e match:'^midirecord: -C: counts in with' \
	    "${midirecord}" -C 1 file
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

# A program change of channel $2 to $3 from device $1.
program()
{
	printf "$(printf '\\222\\%03o\\300\\%03o\\%03o\\000\\000\\000' "$@")"
}

atf_test_case tracks
tracks_head()
{
	atf_set descr "Catches an event in another's track, a track without a" \
	    "name, or a format that is not the one asked for"
}
tracks_body()
{
	{
		wait_abs 0
		program 1 2 10
		program 0 5 11
		program 1 0 12
		wait_abs 25000
		program 0 5 13
		printf '\224\001\360\001\002\003\004\367'
	} >records
	r="${midirecord} -q -f records"
	dump="${BSDMIDI_BIN}/mididump -Tf"
	atf_check ${r} -F 1 -i 6/8 one.mid
	atf_check -o inline:' 0      0 header format 1 tracks 2 division 480
 0      0 tempo 500000
 0      0 time-signature 6/8 12 8
 1      0 program ch 2 pgm 10
 1      0 program ch 5 pgm 11
 1      0 program ch 0 pgm 12
 0    480 end-of-track
 1    480 program ch 5 pgm 13
 1    480 sysex f0 01 02 03 04 f7
 1    480 end-of-track
' ${dump} one.mid
	atf_check ${r} -s channel channel.mid
	atf_check -o match:'format 1 tracks 5 ' -o match:'^ 2 .* "channel 0"' \
	    -o match:'^ 2 .* pgm 12' -o match:'^ 3 .* pgm 10' \
	    -o match:'^ 4    480 program ch 5 pgm 13' \
	    -o match:'^ 1    480 sysex' ${dump} channel.mid
	atf_check ${r} -s device device.mid
	atf_check -o match:'format 1 tracks 3 ' \
	    -o match:'^ 1 .* track-name "device 0"' -o match:'^ 1 .* port 0' \
	    -o match:'^ 2 .* device-name "device 1"' -o match:'^ 2 .* port 1' \
	    -o match:'^ 1 .* pgm 11' -o match:'^ 2 .* pgm 12' \
	    -o match:'^ 2 .* sysex' ${dump} device.mid
	atf_check ${r} -s both -c 0-2 both.mid
	atf_check -o match:'format 1 tracks 4 ' \
	    -o match:'^ 2 .* "device 1, channel 0"' -o match:'^ 1 .* sysex' \
	    -o not-match:'ch 5' ${dump} both.mid
	# Appended tracks are split as well.
	atf_check ${r} -a -s device one.mid
	atf_check -o match:'format 1 tracks 4 ' \
	    -o match:'^ 3    480 program ch 2 pgm 10' ${dump} one.mid
	# Nothing came.
	: >empty
	atf_check "${midirecord}" -q -f empty -s both none.mid
	atf_check -o match:'format 1 tracks 1 ' ${dump} none.mid
	atf_check "${midirecord}" -q -f empty -a none.mid
	atf_check -o match:'format 1 tracks 2 ' ${dump} none.mid
}

atf_test_case metronome cleanup
metronome_head()
{
	atf_set descr "Catches a metronome that does not click, or on the wrong" \
	    "beats, or a count-in that is recorded"
}
metronome_body()
{
	start
	atf_check -s exit:1 -e match:'^midirecord: -m 9: no such port' \
	    "${midirecord}" -m 9 out.mid
	# The sequencer has the other end for itself.
	"${BSDMIDI_BIN}/mididump" -voT 2 >clicks 2>listening &
	until grep -q listening listening; do
		sleep 0.01
	done
	# A measure of three clicks of 100 ms, then it records for a second; what
	# is played in the count-in is left out.
	"${midirecord}" -V -T 600 -i 3/4 -m 'vmidi1 end a' -t 1 -d 0 \
	    out.mid 2>log &
	pid=$!
	until grep -q recording log; do
		sleep 0.01
	done
	printf '\300\001' >dev/rmidi1
	until [ "$(wc -l <clicks)" -ge 8 ]; do
		sleep 0.01
	done
	printf '\300\002' >dev/rmidi1
	wait ${pid} || atf_fail "exit status $?"
	# Bell, click, click ...
	atf_check -o inline:'34 112\n33 88\n33 88\n34 112\n33 88\n33 88\n34 112\n' \
	    sh -c "awk '/note-on ch 9/ { print \$7, \$9 }' clicks | head -n 7"
	atf_check -o match:'^7$' sh -c "head -n 14 clicks | grep -c note-off"
	atf_check -o match:'time-signature 3/4 24 8' -o not-match:'pgm 1' \
	    -o match:'[1-9][0-9]* program ch 0 pgm 2' \
	    "${BSDMIDI_BIN}/mididump" -Tf out.mid
}
metronome_cleanup()
{
	stop
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
	atf_check -s exit:1 -e match:'/dev/full: No space' \
	    "${midirecord}" -q -f records /dev/full
	# A small disk, where one may be mounted.
	cat >small <<END
mkdir disk && mount -t tmpfs -o size=256k none disk || exit 9
'${midirecord}' -q -f records disk/out.mid
status=\$?
cp disk/out.mid disk.mid && ls disk
umount disk
exit \$status
END
	unshare -rm sh small >left 2>why
	status=$?
	[ ${status} -ne 9 ] || return 0
	grep -q 'unshare' why && return 0
	atf_check_equal 1 ${status}
	atf_check -o match:'out.mid: No space left on device' cat why
	atf_check -o inline:'out.mid\n' cat left
	check_events disk.mid -o match:'MIDI 83'
	[ "$(wc -c <disk.mid)" -gt 65536 ] || atf_fail "too little was kept"
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
	atf_add_test_case tracks
	atf_add_test_case metronome
	atf_add_test_case append
	atf_add_test_case signals
	atf_add_test_case limit
	atf_add_test_case full
	atf_add_test_case missing
}
