# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_host.sh: a midihost for one test, for test programs in sh that read this
# file.
#
# BSDMIDI_BIN names the folder that the programs are in.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

# Have these attachments in dev, which becomes the folder of the devices; two
# cables when none are named.
start()
{
	[ -w /dev/fuse ] || atf_skip "/dev/fuse cannot be used here"
	[ -x "${BSDMIDI_BIN}/midihost" ] || atf_skip "no midihost is here"
	mkdir dev
	export MIDI_DIR="$(pwd)/dev"
	atf_check "${BSDMIDI_BIN}/midihost" -p pid -m dev ${*:-vmidi:2}
}

# For the cleanup.
stop()
{
	[ ! -s pid ] || kill "$(cat pid)"
	while grep -q " $(pwd)/dev fuse" /proc/mounts; do
		sleep 0.1
	done
}
