#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_mididump.sh: mididump(1), on files and on a midihost of its own.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

mididump="${BSDMIDI_BIN}/mididump"

# Listen with these options, into the file text; wait until it does.
listen()
{
	# Not what the one before has said.
	rm -f log
	"${mididump}" -v "$@" >text 2>log &
	pid=$!
	await grep -q -s listening log
}

bad_usage()
{
	atf_check -s exit:1 -e match:'^usage: mididump ' "${mididump}" "$@"
}

# bad message arguments: it says so.
bad()
{
	message=$1
	shift
	atf_check -s exit:1 -e inline:"mididump: ${message}\n" \
	    "${mididump}" "$@"
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches arguments that make no sense and are taken"
}
usage_body()
{
	atf_check -o match:'^usage: mididump ' "${mididump}" -h
	bad_usage -z
	bad_usage -s
	bad_usage -s 0
	bad_usage -b 10 0
	bad_usage -m 0
	bad_usage -m -f x
	bad '-c 16: not a list of channels from 0 to 15' -c 16
	bad '-k x: not a list of kinds' -k x
	bad '-n 0: not a whole number from 1 to 1000000000' -n 0
	bad '-t x: not a time like [[hh:]mm:]ss[.d]' -t x
	bad 'x/midictl: No such file or directory' -f x/midictl
	atf_check -s exit:1 -e inline:"mididump: x/midictl: No such file or \
directory\n" env MIDI_DIR=x "${mididump}"
	atf_check -s exit:1 -e inline:"mididump: x/music: No such file or \
directory\n" env MIDI_DIR=x "${mididump}" -m
	: >empty
	bad 'empty: is no control node, to name ports of' -f empty 0
	bad 'no/raw: No such file or directory' -f empty -r no/raw
	atf_check "${mididump}" -f empty
}

atf_test_case words
words_head()
{
	atf_set descr "Catches a message that is called by another name, or" \
	    "with other numbers, and bytes that are not shown"
}
words_body()
{
	{
		printf '\220\074\100\075\000\200\074\101\240\074\005'
		printf '\260\007\144\301\005\322\006\340\000\100\000\000'
		printf '\360\176\177\011\001\367\361\045\362\001\002\363\003'
		printf '\366\370\372\373\374\376\377\371\364\001'
		printf '\360\001\370\002\220\003\220\377\001\002'
	} >bytes
	cat >expected <<'END'
note-on ch 0 key 60 vel 64 C4
note-on ch 0 key 61 vel 0 C#4
note-off ch 0 key 60 vel 65 C4
key-pressure ch 0 key 60 val 5 C4
control ch 0 ctl 7 val 100 volume
program ch 1 pgm 5
pressure ch 2 val 6
bend ch 0 val 0
bend ch 0 val -8192
sysex f0 7e 7f 09 01 f7
quarter-frame piece 2 val 5
song-position val 257
song-select song 3
tune-request
clock
start
continue
stop
sense
reset
broken f9
broken f4
broken 01
clock
sysex f0 01 02 f7
broken 90 03
reset
note-on ch 0 key 1 vel 2 C#-1
END
	atf_check -o file:expected "${mididump}" -aTf bytes
	atf_check -o file:expected -x "'${mididump}' -aT -f - <bytes"
	grep -v '^clock\|^sense' expected >quiet
	atf_check -o file:quiet "${mididump}" -Tf bytes
	atf_check -o inline:'program ch 1 pgm 5\n' "${mididump}" -Tf bytes \
	    -c 1 -k program
	atf_check -o match:'^ +[0-9]+\.[0-9]{6} note-on' "${mididump}" -f bytes
	atf_check -o inline:'90 3c 40\n90 3d 00\n' "${mididump}" -Txf bytes \
	    -n 2
	atf_check -o inline:'sysex f0 7e 7f 09 01 f7\n' "${mididump}" \
	    -Tf bytes -k sysex -n 1
	"${mididump}" -aTf bytes -r out
	atf_check -o inline:' f0 7e 7f 09 01 f7 f1 25\n' -x \
	    "tail -c +26 out | head -c 8 | od -An -tx1"
}

atf_test_case json
json_head()
{
	atf_set descr "Catches JSON that is none, or says something else"
}
json_body()
{
	printf '\220\074\100\340\000\000\001\002\360\001\367\001' >bytes
	"${mididump}" -jf bytes >json || atf_fail "exit status $?"
	atf_check -o inline:'note-on 0 60 64 [144, 60, 64]\n'\
'bend 0 -8192\nbend 0 -7935\nsysex [240, 1, 247]\nbroken [1]\n' python3 -c "
import json
d = [json.loads(l) for l in open('json')]
assert all(0 <= o['time'] < 60 for o in d)
print(d[0]['type'], d[0]['channel'], d[0]['key'], d[0]['velocity'], d[0]['bytes'])
print(d[1]['type'], d[1]['channel'], d[1]['value'])
print(d[2]['type'], d[2]['channel'], d[2]['value'])
print(d[3]['type'], d[3]['bytes'])
print(d[4]['type'], d[4]['bytes'])"
	printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\021' >x.mid
	printf '\0\377\001\011a"\\\303\251\351\001\177z\0\377\057\0' >>x.mid
	"${mididump}" -jf x.mid >json || atf_fail "exit status $?"
	atf_check -o inline:"header 0 96\ntext 'a\"\\\\\\\\éé\\\\x01\\\\x7fz' 1\nend-of-track\n" \
	    python3 -c "
import json
d = [json.loads(l) for l in open('json', encoding='utf-8')]
print(d[0]['type'], d[0]['format'], d[0]['division'])
print(d[1]['type'], repr(d[1]['text']), d[1]['meta'])
print(d[2]['type'])"
}

# A track of the bytes in file $1.
track()
{
	n=$(wc -c <"$1")
	printf 'MTrk\0\0'
	printf "$(printf '\\%03o\\%03o' $((n / 256)) $((n % 256)))"
	cat "$1"
}

atf_test_case smf
smf_head()
{
	atf_set descr "Catches an event of a MIDI file that is missing, or at" \
	    "another place or time"
}
smf_body()
{
	{
		printf '\0\377\121\003\007\241\040'
		printf '\0\377\130\004\006\003\044\010'
		printf '\0\377\131\002\375\001'
		printf '\140\377\121\003\017\102\100\0\377\057\0'
	} >one
	{
		printf '\0\377\003\004Lead\0\377\041\001\002'
		printf '\140\220\074\100\140\074\000'
		printf '\0\360\003\001\002\003\0\367\002\004\367'
		printf '\0\367\002\370\001\0\377\140\001\005\0\377\057\0'
	} >two
	{
		printf 'MThd\0\0\0\6\0\1\0\2\0\140'
		track one
		track two
	} >x.mid
	cat >expected <<'END'
     0.000000  0      0 header format 1 tracks 2 division 96
     0.000000  0      0 tempo 500000
     0.000000  0      0 time-signature 6/8 36 8
     0.000000  0      0 key-signature -3 minor
     0.000000  1      0 track-name "Lead"
     0.000000  1      0 port 2
     0.500000  0     96 tempo 1000000
     0.500000  0     96 end-of-track
     0.500000  1     96 note-on ch 0 key 60 vel 64 C4
     1.500000  1    192 note-on ch 0 key 60 vel 0 C4
     1.500000  1    192 sysex f0 01 02 03
     1.500000  1    192 sysex 04 f7
     1.500000  1    192 escape f8 01
     1.500000  1    192 meta-60 05
     1.500000  1    192 end-of-track
END
	atf_check -o file:expected "${mididump}" -f x.mid
	atf_check -o file:expected -x "cat x.mid | '${mididump}' -f -"
	head -c 60 x.mid >cut.mid
	atf_check -o match:'time-signature' \
	    -e inline:'mididump: cut.mid: byte 60: fewer tracks than announced\n' \
	    "${mididump}" -f cut.mid
	head -c 81 x.mid >cut.mid
	atf_check -s exit:1 -o match:'time-signature' \
	    -e match:'^mididump: cut.mid: byte [0-9]+: ' \
	    "${mididump}" -f cut.mid
	printf 'MThd\0\0\0\6\0\7' >none.mid
	atf_check -s exit:1 -e match:'^mididump: none.mid: byte [0-9]+: ' \
	    "${mididump}" -f none.mid
	atf_check -s exit:1 -e match:'standard output: No space' \
	    sh -c "'${mididump}' -f x.mid >/dev/full"
}

atf_test_case tap cleanup
tap_head()
{
	atf_set descr "Catches a port that is not listened to, or is disturbed" \
	    "by it"
}
tap_body()
{
	start
	listen -T
	atf_check -o match:"^	heard by ${pid}: in out\$" \
	    "${BSDMIDI_BIN}/midictl"
	"${BSDMIDI_BIN}/midictl" -j >json
	atf_check -o inline:"${pid}\n" python3 -c "
import json
print(json.load(open('json'))['ports'][1]['listeners'][0]['pid'])"
	# Both ends are used by others, for themselves.
	cat dev/rmidi1 >got &
	cat=$!
	await sh -c "'${BSDMIDI_BIN}/midictl' | grep -q 'open by ${cat}: in'"
	printf '\260\007\100' >dev/rmidi0
	await sh -c '[ $(wc -l <text) = 2 ] && [ $(wc -c <got) = 3 ]'
	kill ${cat}
	kill -INT ${pid}
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o match:'listening to 3, vmidi1 end b: in out' cat log
	atf_check -o inline:' 0 out control ch 0 ctl 7 val 64 volume\n'\
' 1 in  control ch 0 ctl 7 val 64 volume\n' cat text
	atf_check -o inline:' b0 07 40\n' od -An -tx1 got
}
tap_cleanup()
{
	stop
}

atf_test_case choice cleanup
choice_head()
{
	atf_set descr "Catches a choice of ports, directions, kinds and counts" \
	    "that is not heeded, or a silence that does not end it"
}
choice_body()
{
	start
	bad '9: no such port' 9
	bad '-r out: takes one port, and -i or -o' -r out 0
	listen -oTx -n 2 'vmidi0 end a'
	printf '\260\007\100\370\300\005\301\006' >dev/rmidi0
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o inline:' 0 out b0 07 40\n 0 out c0 05\n' cat text
	listen -i -r raw -t 1 rmidi3
	printf '\360\001\002\367\300\005' >dev/rmidi2
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o inline:' f0 01 02 f7 c0 05\n' od -An -tx1 raw
	atf_check -s exit:1 "${mididump}" -t 0.1 -n 1 0
	atf_check -s exit:0 "${mididump}" -t 0.1 0
}
choice_cleanup()
{
	stop
}

atf_test_case gone cleanup
gone_head()
{
	atf_set descr "Catches a listener that does not hear that its port is" \
	    "gone"
}
gone_body()
{
	start
	[ -s pid ] || atf_skip "Linux keeps a module whose node is open"
	listen 0
	kill "$(cat pid)"
	wait ${pid}
	atf_check_equal 1 $?
	atf_check -o match:'^mididump: ' cat log
}
gone_cleanup()
{
	stop
}

atf_test_case sequencer cleanup
sequencer_head()
{
	atf_set descr "Catches what the sequencer receives and is not shown, or" \
	    "a busy one that is waited for"
}
sequencer_body()
{
	start
	listen -mTn 3
	atf_check -s exit:1 -e match:'music: Device or resource busy' \
	    "${mididump}" -m
	printf '\260\007\100\360\001\002\003\004\005\006\007\367\341\000\100' \
	    >dev/rmidi1
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o inline:' 0 in  control ch 0 ctl 7 val 64 volume\n'\
' 0 in  sysex f0 01 02 03 04 05 06 07 f7\n 0 in  bend ch 1 val 0\n' cat text
	listen -f dev/music -j -n 1
	printf '\300\005' >dev/rmidi1
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o match:'"port":0,"direction":"in","type":"program"' cat text
}
sequencer_cleanup()
{
	stop
}

atf_test_case send cleanup
send_head()
{
	atf_set descr "Catches bytes that are sent otherwise, a pace that is not" \
	    "kept, or an answer that is not shown"
}
send_body()
{
	start
	bad '9: no such port' -s 9 c005
	bad 'none: No such file or directory' -s 0 none
	printf 'MThd\0\0\0\6\0\0\0\1\0\140' >x.mid
	bad 'x.mid: is a Standard MIDI File, for midiplay(1)' -s 0 x.mid
	atf_check -s exit:1 -e match:"rules" "${mididump}" -s 0 '01 02'
	printf '\360\005\006\367' >x.syx
	listen -oTx -n 5 0
	atf_check -x "printf '\301\006' | '${mididump}' -s 'vmidi0 end a' \
	    c005 'F0 01,02 0xF7' x.syx - b00740"
	wait ${pid} || atf_fail "exit status $?: $(cat log)"
	atf_check -o inline:' 0 out c0 05\n 0 out f0 01 02 f7\n'\
' 0 out f0 05 06 f7\n 0 out c1 06\n 0 out b0 07 40\n' cat text
	# Two gaps of 200 ms, and 100 bytes at 500 a second.
	began=$(date +%s%N)
	atf_check "${mididump}" -s -g 200 0 x.syx x.syx
	head -c 100 /dev/zero | sed 's/\x00/\xf8/g' >clocks
	atf_check "${mididump}" -s -b 500 0 clocks
	[ $(($(date +%s%N) - began)) -ge 600000000 ] || atf_fail "too fast"
	# Who answers: what comes in at 3 is sent to it again.
	{ head -c 6 dev/rmidi3 >asked; printf '\360\176\001\367' >dev/rmidi3; } &
	await sh -c "'${BSDMIDI_BIN}/midictl' | grep -q 'open by [0-9]*: in$'"
	atf_check -o inline:' 2 in  sysex f0 7e 01 f7\n' "${mididump}" -s \
	    -t 20 -n 1 -T 2 'f0 7e 7f 06 01 f7'
	atf_check -s exit:1 "${mididump}" -s -t 0.2 -n 1 2 c005
	# Anything that can be written to; and nodes without a control node.
	: >plain
	mkdir bare
	ln plain bare/rmidi3
	atf_check "${mididump}" -s ./plain 'c0 05'
	atf_check -o inline:' c0 05\n' od -An -tx1 plain
	atf_check -s exit:1 -e match:'bare/midictl: No such file' \
	    env MIDI_DIR=bare "${mididump}" -s name 'c0 05'
	atf_check env MIDI_DIR=bare "${mididump}" -s rmidi3 'c0 05'
	atf_check -o inline:' c0 05\n' od -An -tx1 plain
}
send_cleanup()
{
	stop
}

atf_init_test_cases()
{
	for c in usage words json smf tap choice gone sequencer send; do
		atf_add_test_case $c
	done
}
