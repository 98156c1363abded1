#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_umidi.sh: umidi(4) and a USB MIDI device that is somebody else's: Linux's
# own gadget, usb_f_midi, on a host controller that is none, dummy_hcd.  Its
# other end is an ALSA card.

. "${BSDMIDI_SRC}/tests/usr.bin/h_await.sh"

gadget=/sys/kernel/config/usb_gadget/midi
id=1d6b:0104
drivers=/sys/bus/usb/drivers

gone()
{
	! test -e "$1"
}

# A device with so many cables each way, not plugged in.
gadget_make()
{
	modprobe bsdmidi_vmidi cables=2
	# The gadget's card would be one more of our devices.
	modprobe -r bsdmidi_alsa 2>/dev/null
	for m in dummy_hcd libcomposite usb_f_midi; do
		modprobe $m || atf_skip "no module $m"
	done
	[ -d /sys/kernel/config/usb_gadget ] ||
	    mount -t configfs none /sys/kernel/config
	mkdir -p $gadget/strings/0x409 $gadget/configs/c.1 \
	    $gadget/functions/midi.0
	echo 0x${id%:*} >$gadget/idVendor
	echo 0x${id#*:} >$gadget/idProduct
	echo bsdmidi >$gadget/strings/0x409/manufacturer
	echo Gadget >$gadget/strings/0x409/product
	echo 4711 >$gadget/strings/0x409/serialnumber
	echo $1 >$gadget/functions/midi.0/in_ports
	echo $1 >$gadget/functions/midi.0/out_ports
	echo bsdgadget >$gadget/functions/midi.0/id
	ln -s $gadget/functions/midi.0 $gadget/configs/c.1/
}

gadget_plug()
{
	udc=$(echo /sys/class/udc/*)
	echo ${udc##*/} >$gadget/UDC
}

gadget_unplug()
{
	echo >$gadget/UDC
}

gadget_unmake()
{
	[ -d $gadget ] || return 0
	gadget_unplug
	rm -f $gadget/configs/c.1/midi.0
	rmdir $gadget/configs/c.1 $gadget/functions/midi.0 \
	    $gadget/strings/0x409 $gadget
}

# The number of the ALSA card at the gadget's end.
card()
{
	for i in /proc/asound/card*/id; do
		read name <$i
		[ "$name" = bsdgadget ] || continue
		i=${i#*card}
		echo ${i%/id}
		return 0
	done
	return 1
}

# The interface of the device that carries MIDI, as sysfs calls it.
interface()
{
	for i in /sys/bus/usb/devices/*:*; do
		[ "$(cat $i/bInterfaceClass)$(cat $i/bInterfaceSubClass)" = \
		    0103 ] && basename $i
	done
}

# vmidi has rmidi0 to rmidi3.
first=4

clean()
{
	gadget_unmake
	rmmod bsdmidi_umidi 2>/dev/null
	:
}

atf_test_case attach cleanup
attach_head()
{
	atf_set descr "Catches a device that is taken although nobody asked," \
	    "other lines than NetBSD's, or ports that are not there"
}
attach_body()
{
	gadget_make 2
	atf_check modprobe bsdmidi_umidi
	gadget_plug
	await card
	sleep 1
	atf_check -s exit:1 test -e /dev/rmidi$first
	gadget_unplug
	dmesg -c >/dev/null
	echo $id >/sys/module/bsdmidi_umidi/parameters/devices
	gadget_plug
	await test -c /dev/rmidi$((first + 1))
	for line in "umidi0 at uhub0 port 1 configuration 1 interface 1" \
	    "umidi0: bsdmidi (0x1d6b) Gadget (0x0104), rev " \
	    "umidi0: genuine USB-MIDI, out=2, in=2" \
	    "midi$first at umidi0: Gadget 1" \
	    "midi$((first + 1)) at umidi0: Gadget 2"; do
		dmesg | grep -qF "$line" || atf_fail "no line: $line"
	done
	gadget_unplug
	await gone /dev/rmidi$first
	atf_check rmmod bsdmidi_umidi
}
attach_cleanup()
{
	clean
}

atf_test_case traffic cleanup
traffic_head()
{
	atf_set descr "Catches a byte that is lost, altered or brought to" \
	    "another cable: 1 MiB each way, on 16 cables at once"
	atf_set timeout 900
}
traffic_body()
{
	gadget_make 16
	atf_check modprobe bsdmidi_umidi devices=$id
	gadget_plug
	await test -c /dev/rmidi$((first + 15))
	atf_check -o match:'arrived$' h_usbmidi $(card) $first 16 65536
	atf_check -s exit:1 -x "vmstat -e | grep '^umidi'"
}
traffic_cleanup()
{
	clean
}

atf_test_case pulled cleanup
pulled_head()
{
	atf_set descr "Catches a program that hangs, a port that stays or comes" \
	    "back under another number, memory that is not given back: 100" \
	    "times pulled out under traffic"
	atf_set timeout 900
}
pulled_body()
{
	gadget_make 2
	atf_check modprobe bsdmidi_umidi devices=$id
	n=0
	while [ $n -lt 100 ]; do
		gadget_plug
		until [ -c /dev/rmidi$((first + 1)) ]; do
			sleep 0.02
		done
		h_usbmidi -u $(card) $first 2 60000 >out 2>&1 &
		sleep 0.$((n % 4))5
		gadget_unplug
		wait $! || atf_fail "time $n: $(cat out)"
		until [ ! -e /dev/rmidi$first ]; do
			sleep 0.02
		done
		[ ! -e /dev/rmidi$((first + 1)) ] || atf_fail "one has stayed"
		n=$((n + 1))
	done
	# The hosted kernel counts what is left when a module goes.
	atf_check rmmod bsdmidi_umidi
}
pulled_cleanup()
{
	clean
}

atf_test_case handing_back cleanup
handing_back_head()
{
	atf_set descr "Catches a device that cannot be had from snd-usb-audio," \
	    "or be given back to it"
}
handing_back_body()
{
	modprobe snd-usb-audio || atf_skip "no module snd-usb-audio"
	gadget_make 1
	gadget_plug
	await test -e $drivers/snd-usb-audio/1-1:1.1
	atf_check modprobe bsdmidi_umidi
	atf_check -s exit:1 test -e /dev/rmidi$first
	mine=$(interface)
	# From it to us.
	atf_check -x "echo ${mine%.*}.0 >$drivers/snd-usb-audio/unbind"
	atf_check -x "echo $mine >$drivers/snd-usb-audio/unbind"
	atf_check -x "echo ${id%:*} ${id#*:} >$drivers/bsdmidi_umidi/new_id"
	await test -c /dev/rmidi$first
	atf_check test -e $drivers/bsdmidi_umidi/$mine
	atf_check -o match:arrived h_usbmidi $(card) $first 1 2000
	# And back, with a note down.
	(printf '\220<@'; exec sleep 60) >/dev/rmidi$first &
	sleep 1
	atf_check -x "echo $mine >$drivers/bsdmidi_umidi/unbind"
	kill $!
	await gone /dev/rmidi$first
	atf_check -x "echo ${mine%.*}.0 >$drivers/snd-usb-audio/bind"
	await test -e $drivers/snd-usb-audio/$mine
	atf_check rmmod bsdmidi_umidi
}
handing_back_cleanup()
{
	clean
	rmmod snd-usb-audio 2>/dev/null
	:
}

atf_init_test_cases()
{
	atf_add_test_case attach
	atf_add_test_case traffic
	atf_add_test_case pulled
	atf_add_test_case handing_back
}
