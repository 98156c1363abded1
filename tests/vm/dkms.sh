#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# dkms.sh BUILD VERSION: `dkms install' of what `make install-dkms' lays down,
# with all of its folders below BUILD/dkms.

set -eu
mkdir -p "$1/dkms"
d=$(cd "$1/dkms" && pwd)
rm -rf "$d"
r=$(sh tests/vm/kernel.sh find "$(cd "$1" && pwd)/vm")
eval "$r"
make -s install-dkms DESTDIR="$d/dest" >/dev/null
mkdir -p "$d/tree" "$d/lib/$R"
dkms install --dkmstree "$d/tree" --sourcetree "$d/dest/usr/src" \
    --installtree "$d/lib" --no-depmod -m bsdmidi -v "$2" -k "$R" || {
	cat "$d"/tree/bsdmidi/*/build/make.log
	exit 1
}
n=$(find "$d/lib/$R" -name 'bsdmidi_*.ko*' | wc -l)
want=$(sed -n 's/^modules := //p' sys/hosted/linux/Kbuild | wc -w)
echo "dkms: $n of $want modules are installed"
[ "$n" -eq "$want" ]
