#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midiplay_dev.sh: midiplay(1) on the sequencer of a midihost(8), heard at
# the far end of a cable, and on a terminal with h_pty.py as its user.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC the top
# of the sources, where h_smf.py and h_pty.py are.  Waiting is for an event,
# with an end far away; no result depends on how long something took.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

export PYTHONDONTWRITEBYTECODE=1
midiplay="${BSDMIDI_BIN}/midiplay"
midictl="${BSDMIDI_BIN}/midictl"
h_smf="${BSDMIDI_SRC}/tests/usr.bin/h_smf.py"
h_pty="${BSDMIDI_SRC}/tests/usr.bin/h_pty.py"

# Two cables in dev: devices 0 and 2 are heard at 1 and 3.
begin()
{
	start vmidi:2
	atf_check "${midictl}" set all asense_generate=0
}

# Has a file so many bytes at least?
has_size()
{
	[ "$(wc -c <"$1")" -ge "$2" ]
}

# Processes of a test, to be ended with it.
remember()
{
	echo "$1" >>pids
}

end()
{
	for p in $(cat pids 2>/dev/null); do
		kill -CONT "${p}" 2>/dev/null
		kill "${p}" 2>/dev/null
	done
	stop
}

# Is somebody reading port $1?
is_read()
{
	"${midictl}" | awk -v port="$1:" '/^[0-9]/ { here = $1 == port }
	    here && /open by .*: in/ { found = 1 } END { exit !found }'
}

# Keep what comes out at port $1 in file $2.
hear()
{
	cat -u "dev/rmidi$1" >>"$2" &
	remember $!
	await is_read "$1"
}

# A minute of single notes, one after the other, with lyrics and a title.
make_song()
{
	python3 - <<END
import sys
sys.path.insert(0, "$(dirname "${h_smf}")")
import h_smf
words = [(0, h_smf.meta(3, b"Song")), (0, h_smf.meta(5, b"la"))]
words += h_smf.notes(0, [60 + n % 12 for n in range(120)], 240)
with open("song.mid", "wb") as f:
    f.write(h_smf.smf(0, 480, [h_smf.track(words)]))
END
}

# Be the user who plays song.mid with these arguments; script on stdin.
user()
{
	atf_check python3 "${h_pty}" "${midiplay}" "$@"
}

state()
{
	sed 's/.*) \(.\).*/\1/' "/proc/$1/stat" 2>/dev/null
}

stopped()
{
	[ "$(state "$1")" = T ]
}

# Wait until exactly one note sounds by the bytes of a file; none.
one_note()
{
	python3 "${h_smf}" sounding "$1" 1
}

silent()
{
	python3 "${h_smf}" sounding "$1" 0
}

atf_test_case trip cleanup
trip_head()
{
	atf_set descr "Catches bytes that are not sent as the file has them," \
	    "in files over all that the format has"
	atf_set require.progs python3
}
trip_body()
{
	begin
	mkdir files
	python3 "${h_smf}" make files
	python3 "${h_smf}" streams files/*.mid
	hear 1 heard
	for f in files/*.mid; do
		: >heard
		expected=$(cat "${f}.sent")
		atf_check -o empty -e empty "${midiplay}" "${f}"
		# 144 bytes come with the open.
		size=$((144 + (${#expected} + 1) / 3))
		await has_size heard ${size}
		got=$(od -An -tx1 -v -j 144 heard | tr -d '\n')
		[ "${got}" = "${expected:+ ${expected}}" ] || {
			echo "expected: ${expected}"
			echo "got:     ${got}"
			atf_fail "${f}: not what it has"
		}
	done
}
trip_cleanup()
{
	end
}

recording()
{
	grep -q recording log
}

# Is the mark among the records that were taken?
has_mark()
{
	od -An -tx1 -v raw | tr -d ' \n' | grep -q f07d01f7
}

atf_test_case record cleanup
record_head()
{
	atf_set descr "Catches channel messages that are not recorded as they" \
	    "were played, in files over all that the format has"
	atf_set require.progs python3
}
record_body()
{
	begin
	mkdir files
	python3 "${h_smf}" make files
	# What is added to one, and what smfcmp does not follow.
	rm files/hanging.mid files/patterns.mid
	for f in files/*.mid; do
		rm -f take.mid raw
		"${BSDMIDI_BIN}/midirecord" -V -n 25000 -d 1 -r raw take.mid \
		    2>log &
		recorder=$!
		remember ${recorder}
		await recording
		atf_check "${midiplay}" "${f}"
		# System Exclusive, which is not compared, behind all.
		printf '\360\175\1\367' >dev/rmidi0
		await has_mark
		kill -INT ${recorder}
		wait ${recorder} || atf_fail "${f}: $(cat log)"
		# A minute off is not too much: this is not about time.
		"${BSDMIDI_TOOLS}/smfcmp" -t 60000000 "${f}" take.mid >out ||
		    atf_fail "${f}: $(cat out)"
	done
}
record_cleanup()
{
	end
}

atf_test_case devices cleanup
devices_head()
{
	atf_set descr "Catches tracks that go to another device than they" \
	    "should, and a listing that sends something"
	atf_set require.progs python3
}
devices_body()
{
	begin
	hear 1 heard1
	hear 3 heard3
	atf_check -o match:'^0: vmidi0 end a \(in, out\)$' \
	    -o match:'^3: vmidi1 end b \(in, out\)$' "${midiplay}" -l
	[ ! -s heard1 ] || atf_fail "-l sends something"
	python3 - <<END
import sys
sys.path.insert(0, "$(dirname "${h_smf}")")
import h_smf
tracks = [h_smf.track([(0, h_smf.meta(0x21, bytes([n])))] +
          h_smf.notes(n, [60 + n], 20)) for n in range(3)]
tracks += [h_smf.track([(0, h_smf.meta(9, b"vmidi1 end a"))] +
           h_smf.notes(3, [63], 20))]
with open("ports.mid", "wb") as f:
    f.write(h_smf.smf(1, 480, tracks))
END
	# options, then which channels are heard at 1, and at 3
	while read -r options one three; do
		: >heard1
		: >heard3
		atf_check -x "${midiplay} $(echo "${options}" |
		    tr ';_' ' ?' | sed 's/?/ /g') ports.mid"
		for i in 1 3; do
			await has_size heard${i} 144
		done
		await has_channels heard1 "${one}"
		await has_channels heard3 "${three}"
	done <<END
-n 012 3
-d;2 - 0123
-d;0,2 023 1
-d;'vmidi1_end_a,0' 1 023
-D;1=2 02 13
-D;'vmidi1_end_a=0';-d;0 0123 -
END
}
devices_cleanup()
{
	end
}

# Are these the channels that have notes in a file, as digits, or - for none?
has_channels()
{
	c=$(od -An -tx1 -v -j 144 "$1" | tr -s ' \n' '\n\n' |
	    sed -n 's/^9\(.\)$/\1/p' | sort -u | tr -d '\n')
	[ "${c:--}" = "$2" ]
}

# Has process $1 opened node $2 as its standard input?
reads()
{
	readlink "/proc/$1/fd/0" | grep -q "/$2\$"
}

atf_test_case busy cleanup
busy_head()
{
	atf_set descr "Catches messages that do not say what keeps a device" \
	    "from being played on, or recorded"
	atf_set require.progs python3
}
busy_body()
{
	begin
	make_song
	sleep 1000 >dev/rmidi2 &
	holder=$!
	remember ${holder}
	await test -e /proc/${holder}/fd/1
	atf_check -s exit:1 -e inline:"midiplay: device 2, vmidi1 end a: it \
is in use by process ${holder}\n" "${midiplay}" -d 2 song.mid
	atf_check -s exit:1 -e match:'^midiplay: vmidi: no such device' \
	    "${midiplay}" -d vmidi song.mid
	sleep 1000 <dev/rmidi3 &
	holder=$!
	remember ${holder}
	await reads ${holder} rmidi3
	atf_check -s exit:1 -e inline:"midirecord: -d 3: it is in use by \
process ${holder}\n" "${BSDMIDI_BIN}/midirecord" -d 1,3 take.mid
	atf_check -s exit:1 test -e take.mid
	atf_check -s exit:1 -e match:'^midiplay: 4: no such device' \
	    "${midiplay}" -D 1=4 song.mid
	hear 1 heard
	"${midiplay}" song.mid &
	player=$!
	remember ${player}
	one_note heard || atf_fail "nothing is played"
	atf_check -s exit:1 -e match:'/music: Device or resource busy' \
	    "${midiplay}" song.mid
	atf_check -o match:'^0: ' "${midiplay}" -l
	# The devices go while it plays; those of modules only with it.
	[ -s pid ] || return 0
	kill "$(cat pid)"
	wait ${player}
	[ $? -eq 1 ] || atf_fail "it does not notice that its device has gone"
}
busy_cleanup()
{
	end
}

atf_test_case signals cleanup
signals_head()
{
	atf_set descr "Catches notes that sound on after a signal, and an end" \
	    "that is not the signal's"
	atf_set require.progs python3
}
signals_body()
{
	begin
	make_song
	hear 1 heard
	for sig in INT TERM HUP; do
		"${BSDMIDI_TOOLS}/h_dev" sigdfl "${midiplay}" song.mid &
		player=$!
		remember ${player}
		one_note heard || atf_fail "${sig}: nothing is played"
		kill -${sig} ${player}
		wait ${player}
		[ $? -eq $((128 + $(kill -l ${sig}))) ] ||
		    atf_fail "${sig}: the end is not by the signal"
		silent heard || atf_fail "${sig}: a note sounds"
	done
}
signals_cleanup()
{
	end
}

atf_test_case keys cleanup
keys_head()
{
	atf_set descr "Catches keys without effect, notes that sound while it" \
	    "is paused, and a terminal that is left as no shell likes it"
	atf_set require.progs python3
}
keys_body()
{
	begin
	make_song
	hear 1 heard
	user -y song.mid next.mid <<'END'
expect 0:\d\d\.\d/0:30  bar \d+\.\d  120\.0 bpm  Song: la
notes heard 1
send \x20
expect paused
silent heard
# Elsewhere, still silent.
send \x1b[C
expect 0:(0[5-9]|\d\d)\.\d.*paused
silent heard
send p
notes heard 1
send ]
expect bar \d+\.1
send \x1b[B
expect bar
send ++
expect \(110%\)
send -
expect \(105%\)
send =
expect 120\.0 bpm  Song
send y
expect Song +\r
send ?
expect space.*quit
expect bar
send 0
expect 0:00\.
send \x1b[1;5C
resize 40
expect 0:\d\d\.
send n
expect next\.mid: No such file
status 1
cooked
silent heard
END
}
keys_cleanup()
{
	end
}

atf_test_case several cleanup
several_head()
{
	atf_set descr "Catches keys that lead to another file than they" \
	    "should, and passes that are not played"
	atf_set require.progs python3
}
several_body()
{
	begin
	make_song
	hear 1 heard
	user song.mid song.mid <<'END'
expect 0:00\..*Song
send \x1b[C
expect 0:(0[5-9]|[1-5]\d)
# The next; at once the one before; later, this one again.
send n
expect 0:00\.
send b
expect 0:00\.
send \x1b[C
expect 0:(0[5-9]|[1-5]\d)
send b
expect 0:00\.
send q
status 0
cooked
silent heard
END
	# To the end, and through all passes.
	user -r 2 song.mid <<'END'
expect 0:00
send \x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C
expect 0:00
send \x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C\x1b[C
status 0
END
	# A song on standard input leaves the keys to the terminal.
	atf_check -x "python3 '${h_pty}' sh -c \
	    'cat song.mid | \"${midiplay}\"' <<'END'
expect 0:00
send q
status 0
cooked
END"
}
several_cleanup()
{
	end
}

atf_test_case jobs cleanup
jobs_head()
{
	atf_set descr "Catches a job in the background that touches the" \
	    "terminal, or stops, and a stop that leaves notes or the terminal"
	atf_set require.progs python3
}
jobs_body()
{
	begin
	make_song
	hear 1 heard
	user song.mid <<'END'
expect 0:00\.
notes heard 1
send \x1a
stopped
silent heard
cooked
continue
expect 0:\d\d\.
notes heard 1
job bg
more heard
more heard
more heard
job fg
expect 0:\d\d\.
send \x03
status -2
silent heard
cooked
END
	# Nothing but the music, if asked for.
	user -n song.mid <<'END'
more heard
notes heard 1
send q
more heard
signal TERM
status -15
silent heard
END
	# And where there is no terminal.
	atf_check -o empty -e empty -x "'${midiplay}' -e 0.5 song.mid \
	    </dev/null"
}
jobs_cleanup()
{
	end
}

atf_init_test_cases()
{
	atf_add_test_case trip
	atf_add_test_case record
	atf_add_test_case devices
	atf_add_test_case busy
	atf_add_test_case signals
	atf_add_test_case keys
	atf_add_test_case several
	atf_add_test_case jobs
}
