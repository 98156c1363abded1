#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# kernel.sh: which kernel of Linux the virtual machine has, and what it needs.
#
#	kernel.sh deps		install the headers, or say how
#	kernel.sh find DIR	print, for eval: R, the release; VMLINUZ, its
#				image; MODULES, the folder of its modules
#
# Modules load into the release that their headers are of.  Headers are
# installed, as Kbuild wants them in their place; an image need not be, and is
# unpacked below DIR, unless it is there already: nothing is done to the boot
# folder of this machine.  Debian's archives do not always have both of the
# newest: then the newest pair with equal versions is taken.

PATH=$PATH:/usr/sbin:/sbin

# The installed headers, the running kernel's first, then the newest.
installed()
{
	{ uname -r; ls /lib/modules 2>/dev/null | sort -Vr; } |
	while read -r r; do
		[ -f "/lib/modules/$r/build/Makefile" ] && echo "$r"
	done | awk '!seen[$0]++'
}

candidate()
{
	apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }'
}

# The newest release of which image and headers have the same version.
newest_pair()
{
	{
		apt-cache depends linux-image-amd64 2>/dev/null |
		    awk '$1 == "Depends:" { print $2 }'
		apt-cache pkgnames linux-image- | grep -E '^linux-image-[0-9.-]+-amd64$' |
		    sort -Vr
	} | sed -n 's/^linux-image-//p' | while read -r r; do
		i=$(candidate "linux-image-$r")
		h=$(candidate "linux-headers-$r")
		[ -n "$i" ] && [ "$i" != '(none)' ] && [ "$i" = "$h" ] &&
		    echo "$r" && break
	done
}

# The image of a release: here, or unpacked, or to be had.  Which module needs
# which is in no package: installing one finds it out.
image()
{
	r=$1 dir=$2
	root=
	if ! complete "$root"; then
		root=$dir/$r
		complete "$root" || unpack || return 1
		[ -f "$root/lib/modules/$r/modules.dep" ] ||
		    depmod -b "$root" "$r" || return 1
	fi
	echo "R=$r VMLINUZ=$root/boot/vmlinuz-$r MODULES=$root/lib/modules/$r"
}

complete()
{
	[ -r "$1/boot/vmlinuz-$r" ] && [ -d "$1/lib/modules/$r/kernel" ]
}

unpack()
{
	mkdir -p "$root" && (
		cd "$root" &&
		apt-get download -q "linux-image-$r" >/dev/null 2>&1 &&
		dpkg-deb -x linux-image-*.deb . && rm linux-image-*.deb
	)
}

case $1 in
deps)
	[ -n "$(installed)" ] && exit 0
	r=$(newest_pair)
	if [ -z "$r" ] && [ "$(id -u)" -eq 0 ]; then
		apt-get update -q >/dev/null
		r=$(newest_pair)
	fi
	if [ -z "$r" ]; then
		echo "vm: no image and headers of Linux with equal versions" >&2
		exit 1
	fi
	exec sh "$(dirname "$0")/../deps.sh" "linux-headers-$r"
	;;
find)
	for r in $(installed); do
		image "$r" "$2" && exit 0
	done
	echo "vm: no kernel image for the headers of:" $(installed) >&2
	exit 1
	;;
*)
	echo "usage: kernel.sh deps | find DIR" >&2
	exit 2
	;;
esac
