# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# usbgadget.sh: for the virtual machine: a USB MIDI device that is Linux's own
# at the other end, usb_f_midi on a host controller that is none.

gadget=/sys/kernel/config/usb_gadget/midi
gadget_id=1d6b:0104
usb=/sys/bus/usb

# gadget_make CABLES: a device with so many each way, not plugged in.
gadget_make()
{
	modprobe dummy_hcd
	modprobe libcomposite
	modprobe usb_f_midi
	[ -d /sys/kernel/config/usb_gadget ] ||
	    mount -t configfs none /sys/kernel/config
	mkdir -p "$gadget/strings/0x409" "$gadget/configs/c.1" \
	    "$gadget/functions/midi.0"
	echo "0x${gadget_id%:*}" >"$gadget/idVendor"
	echo "0x${gadget_id#*:}" >"$gadget/idProduct"
	echo bsdmidi >"$gadget/strings/0x409/manufacturer"
	echo Gadget >"$gadget/strings/0x409/product"
	echo 4711 >"$gadget/strings/0x409/serialnumber"
	echo "$1" >"$gadget/functions/midi.0/in_ports"
	echo "$1" >"$gadget/functions/midi.0/out_ports"
	echo bsdgadget >"$gadget/functions/midi.0/id"
	ln -s "$gadget/functions/midi.0" "$gadget/configs/c.1/"
}

gadget_plug()
{
	basename "$(ls -d /sys/class/udc/*)" >"$gadget/UDC"
}

gadget_unplug()
{
	echo >"$gadget/UDC"
}

# The number of the ALSA card at the gadget's end.
gadget_card()
{
	grep -l '^bsdgadget$' /proc/asound/card*/id | tr -dc 0-9
}

# The interface of the device that carries MIDI, as sysfs calls it.
gadget_iface()
{
	for i in "$usb"/devices/*:*; do
		if [ "$(cat "$i/bInterfaceClass")" = 01 ] &&
		    [ "$(cat "$i/bInterfaceSubClass")" = 03 ]; then
			basename "$i"
		fi
	done
}

# wait_for COMMAND ...: until it is true, or 20 s are over.
wait_for()
{
	n=0
	until "$@"; do
		n=$((n + 1))
		[ "$n" -le 200 ] || return 1
		sleep 0.1
	done
}
