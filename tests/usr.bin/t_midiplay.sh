#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midiplay.sh: midiplay(1) as a program, without a device.
#
# BSDMIDI_BIN names the folder that the programs are in.

midiplay="${BSDMIDI_BIN}/midiplay"

# A file of one track: a tempo, a key, a text and a note.
make_song()
{
	printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\47' >song.mid
	printf '\0\377\121\3\7\241\40\0\377\131\2\376\1' >>song.mid
	printf '\0\377\1\4a\33bc\0\220<@\140<\0' >>song.mid
	printf '\0\377\1\0\0<@\0\377/\0' >>song.mid
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches wrong arguments that are taken, and answers" \
	    "to them on the wrong stream"
}
usage_body()
{
	atf_check -s exit:0 -o match:'^usage: midiplay ' "${midiplay}" -h
	atf_check -s exit:1 -e match:'^usage: midiplay ' "${midiplay}" -Z
	atf_check -s exit:1 -e match:'^usage: midiplay ' "${midiplay}" -t
	for arg in 0 129 -1 x 1x ''; do
		atf_check -s exit:1 -e match:'-p .*number from 1 to 128' \
		    "${midiplay}" -q -p "${arg}" /dev/null
	done
	for arg in 0 10001 fast 1e2 ''; do
		atf_check -s exit:1 -e match:'-t .*number from 1 to 10000' \
		    "${midiplay}" -q -t "${arg}" /dev/null
	done
	while read -r option arg message; do
		atf_check -s exit:1 -e match:"^midiplay: -${option} .*${message}" \
		    "${midiplay}" -q "-${option}" "${arg}" /dev/null
	done <<END
b m0 neither a time
e 1:99 neither a time
c 17 not a list
C t not a list
k 128 number from -127 to 127
p 17=1 number from 1 to 16
p 5=0 number from 1 to 128
r -1 number from 0
S x number from 0
w 1:x not a time
D 1 not from=device
D =1 not from=device
END
}

atf_test_case parse
parse_head()
{
	atf_set descr "Catches -q that needs a device, or output that is not" \
	    "NetBSD's, or lets control characters through"
}
parse_body()
{
	make_song
	atf_check "${midiplay}" -q song.mid
	cat >expected <<END
Playing song.mid (61 bytes)...

format=0 ntrks=1 divisions=96
Tempo: 500000 us/'beat'(24 midiclks) at 50%; adjusted bpm = 60.000
Key: G minor
Text: a?bc
DELAY   96 TRACK  0
Text: 
END
	atf_check -o file:expected -e match:'byte 55: running status kept' \
	    "${midiplay}" -qvvvm -t 50 song.mid
	atf_check -o match:'^MIDI 90 \(2\) 3C 40$' \
	    -o match:'^META 2F \(0\)$' -e ignore \
	    "${midiplay}" -qvvvv song.mid
}

atf_test_case input
input_head()
{
	atf_set descr "Catches standard input not read, by - or by default"
}
input_body()
{
	make_song
	atf_check -o match:'Playing standard input \(61 bytes\)' -e ignore \
	    -x "${midiplay} -qv <song.mid"
	atf_check -o match:'Playing standard input \(61 bytes\)' -e ignore \
	    -x "cat song.mid | ${midiplay} -qv -"
}

atf_test_case refused
refused_head()
{
	atf_set descr "Catches a refused file that goes unnoticed, or that" \
	    "keeps the others from being played"
}
refused_body()
{
	make_song
	printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\4\0\370\0\0' >bad.mid
	atf_check -s exit:1 -o match:'Playing song.mid' \
	    -e match:'^midiplay: missing.mid: No such file or directory$' \
	    -e match:'^midiplay: t_none: byte 0: not a MIDI file$' \
	    -e match:'^midiplay: bad.mid: byte 23: a status byte' \
	    -x 'echo text >t_none;' \
	    "${midiplay} -qv missing.mid t_none bad.mid song.mid"
	atf_check -s exit:1 -e match:'midiplay: .: Is a directory' \
	    "${midiplay}" -q .
}

atf_test_case endless
endless_head()
{
	atf_set descr "Catches input without an end that is read for ever," \
	    "and a file of as many tracks as there can be that is refused"
}
endless_body()
{
	atf_check -s exit:1 -e match:'/dev/zero: byte 0: not a MIDI file$' \
	    "${midiplay}" -q /dev/zero
	atf_check -s exit:1 -e match:'input: byte 0: not a MIDI file$' \
	    -x "yes | ${midiplay} -q"
	{
		printf 'MThd\0\0\0\6\0\1\377\377\0\140'
		printf 'MTrk\0\0\0\4\0\377/\0%.0s' $(seq 65535)
	} >many.mid
	atf_check -o match:'^format=1 ntrks=65535 divisions=96$' \
	    "${midiplay}" -qvv many.mid
}

atf_test_case node
node_head()
{
	atf_set descr "Catches a wrong choice of node, and nodes that are no" \
	    "sequencer taken for one"
}
node_body()
{
	make_song
	mkdir dir
	atf_check -s exit:1 -e match:'^midiplay: nodir/music: No such file' \
	    env MIDI_DIR=nodir "${midiplay}" song.mid
	atf_check -s exit:1 -e match:'^midiplay: dir/other: No such file' \
	    env MIDI_DIR=nodir "${midiplay}" -f dir/other song.mid
	: >dir/music
	atf_check -s exit:1 -e match:'^midiplay: dir/music: not a sequencer' \
	    env MIDI_DIR=dir "${midiplay}" song.mid
	atf_check -s exit:1 -e match:'^midiplay: dir/music: not a sequencer' \
	    env MIDI_DIR=dir "${midiplay}" -l
}

atf_test_case tune
tune_head()
{
	atf_set descr "Catches a built-in tune that is no file of 13 notes," \
	    "or is not played once per -x"
}
tune_body()
{
	"${midiplay}" -qvvvvxx >out || atf_fail "the tune was refused"
	atf_check -o inline:'26\n' grep -c '^MIDI 90' out
	atf_check -o inline:'2\n' grep -c '^Playing built-in tune' out
}

atf_init_test_cases()
{
	atf_add_test_case usage
	atf_add_test_case parse
	atf_add_test_case input
	atf_add_test_case refused
	atf_add_test_case endless
	atf_add_test_case node
	atf_add_test_case tune
}
