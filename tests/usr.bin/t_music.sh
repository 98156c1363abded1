#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_music.sh: the sequencer as programs of others use it: the example of its
# manual, sources written for OSS, and cat(1).
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC the top
# of the sources.  A virtual cable leads from device 0 to device 1.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

cc=${CC:-cc}

# What a device gets when the sequencer opens it: bytes.
reset_bytes=144

# Compile $1 into the program $2, as a user of the installed headers does.
compile()
{
	command -v "$cc" >/dev/null || atf_skip "there is no compiler"
	atf_check -s exit:0 "$cc" -std=gnu11 -Wall -Wextra -Werror \
	    -I"${BSDMIDI_SRC}/sys" \
	    -I"${BSDMIDI_SRC}/sys/hosted/user/include" -o "$2" "$1"
}

# The far end of the cable, without the initial messages, as $1.
listen()
{
	cat -u dev/rmidi1 >heard &
	listener=$!
	await holds "${listener}" dev/rmidi1
}

# Has process $1 opened $2?
holds()
{
	ls -l "/proc/$1/fd" | grep -q "$2"
}

# Are there so many bytes?
has_size()
{
	[ "$(stat -c %s "$1")" -ge "$2" ]
}

# Are there so many records that are not the timer's?
has_events()
{
	[ "$(od -An -v -tx1 -w8 "$1" | grep -vc '^ 81')" -ge "$2" ]
}

# Those were these.
heard()
{
	await has_size heard $((reset_bytes + $(printf '%s' "$1" | wc -w)))
	kill "${listener}"
	wait "${listener}" 2>/dev/null
	tail -c +$((reset_bytes + 1)) heard | od -An -v -tx1 | tr -s ' \n' ' ' |
	    sed 's/ fe//g' >got
	printf ' %s ' "$1" | tr -s ' ' >wanted
	atf_check -o file:wanted cat got
}

atf_test_case example cleanup
example_head()
{
	atf_set descr "Catches an example of sequencer(4) that does not" \
	    "compile, or does not play what it says"
}
example_body()
{
	awk '/^\.Ed/ { on = 0 } on { print }
	    /^#include/ && !on { on = 1; print }' \
	    "${BSDMIDI_SRC}/share/man/man4/sequencer.4" |
	    sed 's/\\e/\\/g' >example.c
	compile example.c example
	start vmidi:1
	listen
	atf_check -s exit:0 -o match:'^16 events, at most [0-9]* ns late$' \
	    ./example dev/music
	heard "90 3c 64 80 3c 40 90 3e 64 80 3e 40 90 40 64 80 40 40 \
90 41 64 80 41 40 90 43 64 80 43 40 90 45 64 80 45 40 \
90 47 64 80 47 40 90 48 64 80 48 40"
}
example_cleanup()
{
	stop
}

atf_test_case oss cleanup
oss_head()
{
	atf_set descr "Catches a source written for OSS that does not compile" \
	    "unchanged, or does other than it says"
}
oss_body()
{
	for p in scale oldbytes; do
		compile "${BSDMIDI_SRC}/tests/usr.bin/oss/$p.c" $p
	done
	start vmidi:1
	listen
	atf_check -o match:'^0: .* 128 voices midi$' ./scale dev/music
	heard "f0 7d 01 f7 c1 05 b1 07 64 e1 00 40 91 3c 40 81 3c 40 \
91 3e 40 81 3e 40 91 40 40 81 40 40 91 41 40 81 41 40"
	listen
	atf_check -o inline:'100 ticks a second\n' ./oldbytes dev/sequencer
	heard "90 3c 40 90 40 40 90 43 40 80 3c 40 80 40 40 80 43 40"
}
oss_cleanup()
{
	stop
}

atf_test_case take cleanup
take_head()
{
	atf_set descr "Catches a take that is not the same performance when" \
	    "cat has written it back: notes, System Exclusive, or times"
}
take_body()
{
	start vmidi:1
	cat dev/music >take &
	recorder=$!
	await holds "${recorder}" dev/music
	for bytes in '\220\074\100' '\360\175\1\2\3\4\5\6\7\10\367' \
	    '\200\074\100\301\5' '\341\1\2\261\7\144'; do
		printf "${bytes}" >dev/rmidi1
		sleep 0.1
	done
	await has_events take 8
	kill "${recorder}"
	wait "${recorder}" 2>/dev/null

	cat dev/music >again &
	recorder=$!
	await holds "${recorder}" dev/music
	cat take >dev/music || atf_fail "cat failed"
	# 48 of each device are what an open for writing sends first.
	await has_events again 104
	kill "${recorder}"
	wait "${recorder}" 2>/dev/null
	atf_check python3 - <<'END'
import struct

def records(name):
    data = open(name, "rb").read()
    now, out = 0, []
    for i in range(0, len(data) - 7, 8):
        r = data[i:i + 8]
        if r[0] == 0x81:
            now = struct.unpack("=I", r[4:])[0]
        else:
            out.append((now, r[:1] + r[2:]))
    return out

one, two = records("take"), records("again")
two = two[96:]
assert [r for _, r in one] == [r for _, r in two], (one, two)
assert len(one) == 8, one
# None is early; 10 ms is the division.
for (t1, r), (t2, _) in zip(one, two):
    assert t2 - two[0][0] >= t1 - one[0][0] - 1, (r, one, two)
END
}
take_cleanup()
{
	stop
}

atf_init_test_cases()
{
	atf_add_test_case example
	atf_add_test_case oss
	atf_add_test_case take
}
