#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_examples.sh: the examples of the programs' manuals, run as printed.
#
# There is a test for each manual of section 1.  Each line of its EXAMPLES
# that begins with `$ ' is run by sh(1), one after the other, in a folder with
# what the examples take for granted: a midihost(8) with four ports, none of
# which leads to another, song.mid, bank.syx and records.  What does not end
# is interrupted after some seconds, as a user would; status 0, or an end by
# that signal, is right.
#
# Not run are lines with a program that is not installed, and the manuals that
# need what a process cannot have; see needs().  A path /tmp/midi stands for
# the folder of the devices.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_TOOLS that of
# h_dev, BSDMIDI_SRC the top of the sources.

export PYTHONDONTWRITEBYTECODE=1
# The SIGCONT that timeout(1) sends behind a signal makes a search for leaks at
# the exit wait for ever now and then.
export ASAN_OPTIONS="${ASAN_OPTIONS:+${ASAN_OPTIONS}:}detect_leaks=0"
seconds=2

# What of a manual is missing here; nothing: it can be run.
needs()
{
	case $1 in
	midibank)	echo "a synthesizer that takes banks" ;;
	esac
}

# The commands of a manual's examples, one on a line.
commands()
{
	awk '/^\.Sh / { on = $2 == "EXAMPLES" }
	    on && /^(\.Dl )?\$ / { sub(/^(\.Dl )?\$ /, ""); print }' "$1" |
	    sed 's/\\(dq/"/g; s/\\-/-/g; s/\\&//g; s/\\e/\\/g'
}

# Does the command need a program that is not here?
lacks()
{
	for p in jq; do
		case $1 in
		*"$p "*)	command -v "$p" >/dev/null || return 0 ;;
		esac
	done
	return 1
}

fixtures()
{
	mkdir dev
	atf_check "${BSDMIDI_BIN}/midihost" -p pid -m dev pty:a pty:b pty:c \
	    pty:d
	export MIDI_DIR="$(pwd)/dev"
	# Our vmstat is not to be Linux's.
	export PATH="${BSDMIDI_BIN}:${PATH}"
	python3 - <<END
import sys
sys.path.insert(0, "${BSDMIDI_SRC}/tests/usr.bin")
import h_smf
tracks = [h_smf.track([(0, h_smf.meta(0x21, bytes([n]))),
                       (0, bytes([0xb0 | n, 0, 1])), (0, bytes([0xc0 | n, 5]))] +
                      h_smf.notes(n, [60 + n] * 12, 20)) for n in range(2)]
with open("song.mid", "wb") as f:
    f.write(h_smf.smf(1, 20, [h_smf.track([(0, h_smf.tempo(60000))])] + tracks))
END
	printf '\360\175\1\2\3\367' >bank.syx
	# A note of 0.1 s, as the sequencer gives it.
	printf '\223\0\220\0\074\100\0\0\201\2\0\0\012\0\0\0' >records
	printf '\223\0\200\0\074\100\0\0' >>records
}

# Run a command, and interrupt it after some seconds, more than once if need
# be; its status in status.
run()
{
	setsid "${BSDMIDI_TOOLS}/h_dev" sigdfl sh -c "$1" >out 2>&1 \
	    </dev/null &
	job=$!
	(
		sleep ${seconds}
		while kill -INT -${job} 2>/dev/null; do
			sleep 1
		done
	) &
	wait ${job}
	status=$?
}

example()
{
	manual=${BSDMIDI_SRC}/share/man/man1/$1.1
	[ -w /dev/fuse ] || atf_skip "/dev/fuse cannot be used here"
	[ -z "$(needs "$1")" ] || atf_skip "$1(1) needs $(needs "$1")"
	commands "${manual}" >commands
	[ -s commands ] || atf_fail "$1(1) has no examples"
	fixtures
	while read -r line; do
		if lacks "${line}"; then
			echo "not run: ${line}"
			continue
		fi
		line=$(echo "${line}" | sed "s,/tmp/midi,${MIDI_DIR},g")
		run "${line}"
		case ${status} in
		0|130)	;;
		*)	cat out
			atf_fail "$1(1): ${line}: status ${status}" ;;
		esac
	done <commands
}

stop()
{
	[ ! -s pid ] || kill "$(cat pid)"
	while grep -q " $(pwd)/dev fuse" /proc/mounts; do
		sleep 0.1
	done
}

atf_test_case none
none_body()
{
	atf_skip "BSDMIDI_SRC does not say where the manuals are"
}

atf_init_test_cases()
{
	if [ -z "${BSDMIDI_SRC}" ]; then
		atf_add_test_case none
		return
	fi
	for f in "${BSDMIDI_SRC}"/share/man/man1/*.1; do
		name=$(basename "${f}" .1)
		eval "atf_test_case ${name} cleanup
		    ${name}_head() {
			atf_set descr 'Catches examples of ${name}(1) that do" \
			    "not work'
			atf_set require.progs python3
		    }
		    ${name}_body() { example ${name}; }
		    ${name}_cleanup() { stop; }"
		atf_add_test_case "${name}"
	done
}
