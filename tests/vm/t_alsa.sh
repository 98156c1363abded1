#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_alsa.sh: ALSA both ways: our ports as its cards, its ports as our devices,
# with ALSA's own programs at the other end.  Cables are 0-1 and 2-3, and
# nobody uses them.  Each case leaves bsdmidi_alsa unloaded.
#
# BSDMIDI_TOOLS names the folder of smfcmp and tune.mid.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

midictl="${BSDMIDI_BIN}/midictl"
params=/sys/module/bsdmidi_alsa/parameters
note='\220<@'
note_hex=' 90 3c 40'

is_size()
{
	[ "$(stat -c %s "$1")" -eq "$2" ]
}

# Is a file of this name open in the process?
opened()
{
	ls -l "/proc/$1/fd" | grep -q "$2"
}

# The number of the card that a port of ours is; "" : it is none.
card()
{
	sed -n "s/^ *\([0-9]*\) \[rmidi$1 *\].*/\1/p" /proc/asound/cards
}

is_card()
{
	[ -n "$(card "$1")" ]
}

is_no_card()
{
	[ -z "$(card "$1")" ]
}

# The unit of the device that ALSA's port hw:... is here.
unit()
{
	"${midictl}" list | sed -n "s/^\([0-9]*\): $1 .*/\1/p"
}

is_unit()
{
	[ -n "$(unit "$1")" ]
}

is_no_unit()
{
	[ -z "$(unit "$1")" ]
}

subscribed()
{
	aconnect -l | grep -q 'Connect'
}

load()
{
	atf_check modprobe bsdmidi_alsa "$@"
}

unload()
{
	# udev and its like may still look at a new card.
	await rmmod bsdmidi_alsa
	for m in snd_virmidi snd_seq_midi; do
		grep -q "^$m " /proc/modules && await rmmod $m
	done
	return 0
}

clean()
{
	rmmod snd_virmidi bsdmidi_alsa snd_seq_midi
	true
}

atf_test_case cards cleanup
cards_head()
{
	atf_set descr "Catches ports of ours that are no cards, or not by the" \
	    "right name, and cards that stay"
}
cards_body()
{
	load
	for i in 0 1 2 3; do
		await is_card $i
	done
	atf_check -o match:"^IO  hw:$(card 0),0,0  *vmidi0 end a" amidi -l
	echo none >${params}/show
	for i in 0 1 2 3; do
		await is_no_card $i
	done
	echo 2 >${params}/show
	await is_card 2
	echo +0 >${params}/show
	await is_card 0
	atf_check -o inline:'2,0\n' cat ${params}/show
	echo -2 >${params}/show
	await is_no_card 2
	await is_card 0
	atf_check -o inline:'0\n' cat ${params}/show
	atf_check -s exit:1 -e match:error \
	    dash -c "echo 'a b' >${params}/show"
	atf_check -s exit:1 -e match:error \
	    dash -c "seq -s, 300 >${params}/show"
	atf_check -o inline:'0\n' cat ${params}/show
	unload
	await is_no_card 0
	load show=none
	sleep 1
	await is_no_card 0
	unload
}
cards_cleanup()
{
	clean
}

atf_test_case hotplug cleanup
hotplug_head()
{
	atf_set descr "Catches cards that do not come and go with their ports"
}
hotplug_body()
{
	load
	await is_card 3
	atf_check rmmod bsdmidi_vmidi
	for i in 0 1 2 3; do
		await is_no_card $i
	done
	atf_check modprobe bsdmidi_vmidi cables=2
	await is_card 3
	# The new one works.
	cat /dev/rmidi3 >got &
	got=$!
	await opened "${got}" rmidi3
	await is_card 2
	atf_check amidi -p "hw:$(card 2)" -S '90 3c 40'
	await has_bytes got "${note_hex} 80 3c 40"
	kill "${got}"
	unload
}
hotplug_cleanup()
{
	clean
	modprobe bsdmidi_vmidi cables=2
}

atf_test_case rawmidi cleanup
rawmidi_head()
{
	atf_set descr "Catches bytes that are not the same on ALSA's side, either" \
	    "way, a long System Exclusive above all"
}
rawmidi_body()
{
	load
	await is_card 0
	{ printf '\360'; head -c 20000 /dev/zero; printf '\367'; } >dump.syx
	cat /dev/rmidi1 >got &
	got=$!
	await opened "${got}" rmidi1
	atf_check amidi -p "hw:$(card 0)" -s dump.syx
	await is_size got 20002
	atf_check cmp dump.syx got
	kill "${got}"
	amidi -p "hw:$(card 1)" -r back &
	got=$!
	await opened "${got}" midiC
	# ALSA reads from its first poll on.
	sleep 1
	cat dump.syx >/dev/rmidi0
	await is_size back 20002
	kill -s INT "${got}"
	wait "${got}"
	atf_check cmp dump.syx back
	unload
}
rawmidi_cleanup()
{
	clean
}

atf_test_case busy cleanup
busy_head()
{
	atf_set descr "Catches a port that is open on both sides, a module that" \
	    "is unloaded under who uses it, and a killed program that keeps it"
}
busy_body()
{
	load
	await is_card 1
	cat /dev/rmidi1 >/dev/null &
	cat=$!
	await opened "${cat}" rmidi1
	atf_check -s exit:1 -e match:'resource busy|temporarily unavailable' \
	    timeout 10 amidi -p "hw:$(card 1)" -r in
	kill "${cat}"
	wait "${cat}"
	amidi -p "hw:$(card 1)" -r in &
	amidi=$!
	await opened "${amidi}" midiC
	atf_check -s exit:1 -e match:'resource busy' cat /dev/rmidi1
	# The other direction is free.
	atf_check dash -c "printf '${note}' >/dev/rmidi1"
	atf_check -s exit:1 -e match:'is in use' rmmod bsdmidi_alsa
	kill -9 "${amidi}"
	wait "${amidi}"
	await dash -c 'exec 3</dev/rmidi1'
	unload
}
busy_cleanup()
{
	clean
}

atf_test_case unplugged cleanup
unplugged_head()
{
	atf_set descr "Catches a program of ALSA's that hangs, or a kernel that" \
	    "does not survive, when the port goes that it has open"
}
unplugged_body()
{
	load attach=VirMIDI
	atf_check modprobe snd-virmidi midi_devs=1
	await is_unit hw:.*,0,0
	n=$(unit 'hw:.*,0,0')
	cat "/dev/rmidi$n" >/dev/null 2>err &
	cat=$!
	await opened "${cat}" "rmidi$n"
	# Their card stays for as long as ours has it open ...
	atf_check -s exit:1 -e match:'is in use' rmmod snd_virmidi
	# ... and ours goes when it is not wanted any more.
	echo none >${params}/attach
	wait "${cat}"
	atf_check_equal 1 $?
	atf_check -o match:'Input/output error' cat err
	await is_no_unit hw:.*,0,0
	await rmmod snd_virmidi
	unload
}
unplugged_cleanup()
{
	clean
}

atf_test_case attached cleanup
attached_head()
{
	atf_set descr "Catches ports of ALSA's that are no devices of ours, of" \
	    "which bytes are lost, or that stay; and a card of ours that is" \
	    "taken for one"
}
attached_body()
{
	load attach=VirMIDI.0.0,VirMIDI.1.0
	atf_check modprobe snd-virmidi midi_devs=2
	await is_unit 'hw:.*,1,0'
	a=$(unit 'hw:.*,0,0') b=$(unit 'hw:.*,1,0')
	await is_no_unit 'hw:.*,0,1'
	await is_no_card "$a"
	modprobe snd-seq
	c=$(aconnect -l | sed -n "s/^client \([0-9]*\): 'Virtual Raw.*0'.*/\1/p")
	d=$(aconnect -l | sed -n "s/^client \([0-9]*\): 'Virtual Raw.*1'.*/\1/p")
	atf_check aconnect "$c:0" "$d:0"
	cat "/dev/rmidi$b" >got &
	got=$!
	await opened "${got}" "rmidi$b"
	{ printf '\360'; head -c 500 /dev/zero; printf "\\367${note}"; } >sent
	cat sent >"/dev/rmidi$a"
	{ cat sent; printf '\200<@'; } >expected
	await is_size got 508
	atf_check cmp expected got
	kill "${got}"
	wait "${got}"
	# By its number, and all.
	# A subscription of the sequencer's holds their module.
	atf_check aconnect -x
	await rmmod snd_virmidi
	await is_no_unit 'hw:.*,0,0'
	echo all >${params}/attach
	atf_check modprobe snd-virmidi midi_devs=1
	await is_unit 'hw:.*,0,15'
	await is_no_unit "hw:$(card 0),0,0"
	unload
}
attached_cleanup()
{
	clean
}

atf_test_case midictl cleanup
midictl_head()
{
	atf_set descr "Catches a port that midictl(1) does not attach or show" \
	    "at once, or except from all, and a list that does not say so"
}
midictl_body()
{
	atf_check -s exit:1 -e \
	    inline:'midictl: alsa: the module bsdmidi_alsa is not loaded\n' \
	    "${midictl}" alsa
	load
	await is_card 3
	atf_check modprobe snd-virmidi midi_devs=2
	atf_check "${midictl}" alsa attach VirMIDI.0.3
	n=$(unit 'hw:.*,0,3')
	atf_check test -c "/dev/rmidi$n"
	"${midictl}" alsa >list || atf_fail alsa
	for line in 'attach: VirMIDI.0.3' 'show: all' \
	    "VirMIDI.0.3: Virtual Raw MIDI, in out, attached as midi$n" \
	    'VirMIDI.1.0: Virtual Raw MIDI, in out' \
	    "midi0: vmidi0 end a, shown as hw:$(card 0)"; do
		atf_check grep -qx "${line}" list
	done
	atf_check -s exit:1 grep -q 'rmidi0\.' list
	"${midictl}" -j alsa | grep -q "\"port\":\"VirMIDI.0.3\",\
\"name\":\"Virtual Raw MIDI\",\"in\":true,\"out\":true,\"unit\":$n}" ||
	    atf_fail "$("${midictl}" -j alsa)"
	# The narrowest decides.
	atf_check "${midictl}" alsa attach VirMIDI
	atf_check "${midictl}" alsa detach hw:VirMIDI,1 VirMIDI.0.3
	is_unit 'hw:.*,0,0' || atf_fail "0,0 is not attached"
	is_no_unit 'hw:.*,0,3' || atf_fail "0,3 is attached"
	is_no_unit 'hw:.*,1,0' || atf_fail "1,0 is attached"
	atf_check "${midictl}" alsa attach VirMIDI.1.5
	is_unit 'hw:.*,1,5' || atf_fail "1,5 is not attached"
	is_no_unit 'hw:.*,1,4' || atf_fail "1,4 is attached"
	atf_check -o inline:'VirMIDI,-VirMIDI.1,-VirMIDI.0.3,VirMIDI.1.5\n' \
	    cat ${params}/attach
	atf_check "${midictl}" alsa detach all
	is_no_unit 'hw:.*' || atf_fail "detached, and still there"
	atf_check "${midictl}" alsa hide 'vmidi1 end a' 1
	is_no_card 2 || atf_fail "hidden, and still a card"
	is_no_card 1 || atf_fail "hidden, and still a card"
	is_card 3 || atf_fail "not hidden, and no card"
	atf_check "${midictl}" alsa show 2
	is_card 2 || atf_fail "shown, and no card"
	atf_check -o inline:'all,-1\n' cat ${params}/show
	atf_check -s exit:1 -e inline:'midictl: nothing: no such port\n' \
	    "${midictl}" alsa show nothing
	atf_check -s exit:1 -e \
	    inline:'midictl: alsa: attach a b: Invalid argument\n' \
	    "${midictl}" alsa attach 'a b'
	# Who may use the node may not do that.
	chmod 666 /dev/midictl
	atf_check -s exit:1 -e match:'^midictl: alsa: .*Permission denied$' \
	    setpriv --reuid=1 --clear-groups --regid=1 "${midictl}" alsa \
	    attach UM1
	chmod 660 /dev/midictl
	unload
}
midictl_cleanup()
{
	clean
}

atf_test_case sequencer cleanup
sequencer_head()
{
	atf_set descr "Catches notes that ALSA's sequencer plays to one of our" \
	    "ports, and records from one, that are not those of the file"
}
sequencer_body()
{
	load
	await is_card 1
	atf_check modprobe snd-seq-midi
	await dash -c "aconnect -l | grep -q 'vmidi0 end b'"
	arecordmidi -p 'vmidi0 end b' take.mid &
	take=$!
	await subscribed
	atf_check timeout 100 aplaymidi -d 1 -p 'vmidi0 end a' \
	    "${BSDMIDI_TOOLS}/tune.mid"
	kill -s INT "${take}"
	wait "${take}"
	atf_check -o ignore "${BSDMIDI_TOOLS}/smfcmp" -t 1000000000 \
	    "${BSDMIDI_TOOLS}/tune.mid" take.mid
	unload
}
sequencer_cleanup()
{
	clean
}

atf_init_test_cases()
{
	atf_add_test_case cards
	atf_add_test_case hotplug
	atf_add_test_case rawmidi
	atf_add_test_case busy
	atf_add_test_case unplugged
	atf_add_test_case attached
	atf_add_test_case midictl
	atf_add_test_case sequencer
}
