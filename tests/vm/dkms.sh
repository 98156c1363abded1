#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# dkms.sh BUILD: `dkms install' of what `make install-dkms' lays down, and
# `dkms remove', with all of its folders below BUILD/dkms: each module is built
# for the kernel of the headers, and none is left behind.  Status 77: only root
# may.

set -eu
if [ "$(id -u)" -ne 0 ]; then
	echo "dkms installs for root only"
	exit 77
fi
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$1/dkms"
d=$(cd "$1/dkms" && pwd)
rm -rf "$d"
r=$(sh tests/vm/kernel.sh find "$(cd "$1" && pwd)/vm")
eval "$r"
${MAKE:-make} -s install-dkms DESTDIR="$d/dest" >/dev/null
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' \
    "$d"/dest/usr/src/bsdmidi-*/dkms.conf)
mkdir -p "$d/tree" "$d/lib/$R"

run()
{
	dkms "$@" --dkmstree "$d/tree" --sourcetree "$d/dest/usr/src" \
	    --installtree "$d/lib" --no-depmod -m bsdmidi -v "$version" -k "$R"
}

installed()
{
	find "$d/lib/$R" -name 'bsdmidi_*.ko*'
}

run install || {
	cat "$d"/tree/bsdmidi/*/build/make.log
	exit 1
}
# A module of a name and a kernel of its own.
n=0
for m in $(sed -n 's/^modules := //p' sys/hosted/linux/Kbuild); do
	set -- "$d/lib/$R/updates/dkms/bsdmidi_$m".ko*
	[ "$(modinfo -F name "$1")" = "bsdmidi_$m" ]
	[ "$(modinfo -F vermagic "$1" | cut -d ' ' -f 1)" = "$R" ]
	n=$((n + 1))
done
echo "dkms: $n modules are installed"
[ "$(installed | wc -l)" -eq "$n" ]
run remove
[ -z "$(installed)" ]
