# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_host.sh: a midihost for one test, for test programs in sh that read this
# file; or, if MIDI_DIR is /dev, Linux's own kernel, as new as modules can be.
#
# BSDMIDI_BIN names the folder that the programs are in.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

# Have these attachments in dev, which becomes the folder of the devices; two
# cables when none are named.
start()
{
	if [ "${MIDI_DIR}" = /dev ]; then
		start_kernel ${*:-vmidi:2}
		return
	fi
	[ -w /dev/fuse ] || atf_skip "/dev/fuse cannot be used here"
	[ -x "${BSDMIDI_BIN}/midihost" ] || atf_skip "no midihost is here"
	mkdir dev
	export MIDI_DIR="$(pwd)/dev"
	atf_check "${BSDMIDI_BIN}/midihost" -p pid -m dev ${*:-vmidi:2}
}

# The same of the modules, which have nothing but cables.
start_kernel()
{
	case $* in
	vmidi)		cables=1 ;;
	vmidi:*[!0-9]*|[!v]*) atf_skip "Linux's kernel has cables only" ;;
	vmidi:*)	cables=${1#vmidi:} ;;
	esac
	for i in vmidi sequencer midi kern; do
		! grep -q "^bsdmidi_$i " /proc/modules ||
		    atf_check rmmod bsdmidi_$i
	done
	atf_check modprobe bsdmidi_vmidi cables=${cables}
	atf_check modprobe bsdmidi_sequencer
	ln -s /dev dev
	export MIDI_DIR="$(pwd)/dev"
}

# For the cleanup.
stop()
{
	if [ -h dev ]; then
		# Two cables, as it was, when all have let go.
		for i in $(seq 100); do
			rmmod bsdmidi_vmidi 2>/dev/null && break
			sleep 0.1
		done
		modprobe bsdmidi_vmidi cables=2
		return
	fi
	[ ! -s pid ] || kill "$(cat pid)"
	while grep -q " $(pwd)/dev fuse" /proc/mounts; do
		sleep 0.1
	done
}
