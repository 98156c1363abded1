#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# tree.sh BUILD: make what the virtual machine is booted from, in BUILD/vm:
# vmlinux, the kernel, unpacked; initramfs.cpio, all of its files, not packed
# at all: that boots fastest; tests.cpio, the tests, to be laid over it, when
# they have been built.

set -eu
PATH=$PATH:/usr/sbin:/sbin
top=$(cd "$(dirname "$0")/../.." && pwd)
B=$1
vm=$B/vm
root=$vm/root
mkdir -p "$vm"
vm=$(cd "$vm" && pwd)
root=$vm/root

eval "$(sh "$top/tests/vm/kernel.sh" find "$vm")"

# A program with the libraries that it wants, at the places where they are
# here, or at another one.
program()
{
	for lib in $(ldd "$1" 2>/dev/null | awk '{ for (i = 1; i <= NF; i++)
	    if ($i ~ /^\//) { print $i; break } }'); do
		[ -e "$root$lib" ] || install -D -m 755 "$lib" "$root$lib"
	done
	install -D -m 755 "$1" "$root${2:-$1}"
}

# A module of the kernel's, by name, with those that it needs.  Its tests are
# skipped where there is none.
kernel_module()
{
	needs=$(modprobe -d "${MODULES%/lib/modules/*}" -S "$R" \
	    --show-depends "$1") || return 0
	echo "$needs" | awk '$1 == "insmod" { print $2 }' |
	while read -r file; do
		install -D -m 644 "$file" \
		    "$root/lib/modules/$R/kernel/${file##*/kernel/}"
	done
}

if [ ! -f "$vm/vmlinux" ] || [ "$(cat "$vm/release" 2>/dev/null)" != "$R" ]; then
	python3 "$top/tests/vm/vmlinux.py" "$VMLINUZ" "$vm/vmlinux"
	echo "$R" >"$vm/release"
fi

rm -rf "$root"
for d in bin sbin dev proc sys tmp etc usr/bin usr/sbin usr/local/bin; do
	mkdir -p "$root/$d"
done
program /bin/busybox
install -m 755 "$top/tests/vm/init.sh" "$root/init"
for p in "$B"/bin/*; do
	[ "${p##*/}" = midihost ] || program "$p" "/usr/local/bin/${p##*/}"
done
${CC:-gcc} -O -static -o "$vm/vmexit" "$top/tests/vm/vmexit.c"
program "$vm/vmexit" /usr/bin/vmexit
${CC:-gcc} -O2 -pthread -o "$vm/h_usbmidi" "$top/tests/vm/h_usbmidi.c"
program "$vm/h_usbmidi" /usr/bin/h_usbmidi

# What Debian has: programs, and the tables that they read.  Busybox is for
# what is not among them.
for p in aconnect amidi aplaymidi arecordmidi aseqdump bash basename cat chmod \
    cmp cp cut dash date dd diff dirname env expr false getopt grep head id kill \
    kmod less ln ls mkdir mkfifo mktemp mv nice od printf ps pwd readlink rm \
    rmdir sed seq sleep sort stat stdbuf strace stty tail tee test timeout touch \
    tr true uname wc xargs; do
	[ -x "/usr/bin/$p" ] && program "$(readlink -f "/usr/bin/$p")" "/usr/bin/$p"
done
ln -s ../usr/bin/dash "$root/bin/sh"
ln -s ../usr/bin/bash "$root/bin/bash"
for p in modprobe insmod rmmod lsmod modinfo depmod; do
	ln -sf ../usr/bin/kmod "$root/sbin/$p"
done
[ -d /usr/share/alsa ] && mkdir -p "$root/usr/share" &&
    cp -r /usr/share/alsa "$root/usr/share/alsa"
echo 'root:x:0:0:root:/tmp:/bin/sh' >"$root/etc/passwd"
printf 'root:x:0:\naudio:x:29:\n' >"$root/etc/group"

# Modules: the kernel's that are of use, and ours.
for m in snd-hrtimer snd-seq snd-seq-midi snd-virmidi snd-rawmidi fuse cuse \
    dummy_hcd usb_f_midi snd-usb-audio; do
	kernel_module "$m"
done
for m in "$B"/modules/bsdmidi_*.ko; do
	[ "${m##*/}" = bsdmidi_test.ko ] && continue
	install -D -m 644 "$m" "$root/lib/modules/$R/updates/${m##*/}"
	strip --strip-debug "$root/lib/modules/$R/updates/${m##*/}"
done
for f in modules.builtin modules.builtin.modinfo modules.order; do
	cp "$MODULES/$f" "$root/lib/modules/$R/"
done
depmod -b "$root" "$R"
echo bsdmidi_vmidi >"$root/modules"

# Manuals, ready to be read.
mkdir -p "$root/usr/share/man"
for f in "$top"/share/man/man*/*.[1-9]; do
	mandoc -T ascii "$f" | sed 's/.\x08//g' >"$root/usr/share/man/${f##*/}" || :
done
cat >"$root/usr/bin/man" <<'M'
#!/bin/sh
# The manuals stand formatted in one folder.
for i in "$@"; do
	f=$(ls /usr/share/man/$i.[1-9] 2>/dev/null) ||
	    { echo "man: no manual: $i" >&2; exit 1; }
	${PAGER:-less} $f
done
M
chmod 755 "$root/usr/bin/man"
cat >"$root/etc/motd" <<'M'
bsdmidi on Linux.  Ports: midictl.  Modules: lsmod, dmesg.  Manuals: man midi.
exit ends the machine.
M

# What is below a folder, for the kernel to unpack.
archive()
{
	(cd "$1" && find . | LC_ALL=C sort |
	    cpio -o -H newc -R 0:0 --quiet) >"$2.new"
	mv "$2.new" "$2"
}

archive "$root" "$vm/initramfs.cpio"
[ -f "$B/tests/Kyuafile" ] || exit 0

# The tests: those of devices and programs, and those of tests/vm.
base=$root
root=$vm/tests
rm -rf "$root"
cp -rl "$base" "$root"
for p in atf-sh kyua mawk setpriv yes; do
	program "/usr/bin/$p"
done
# Python, with what the tests import of it, and what that imports.
program "$(readlink -f /usr/bin/python3)" /usr/bin/python3
/usr/bin/python3 -I -c '
import fcntl, json, os, pty, random, re, select, shlex, signal, struct
import subprocess, sys, termios, time
import encodings.latin_1, encodings.unicode_escape
for m in list(sys.modules.values()):
    if getattr(m, "__file__", None):
        print(m.__file__)' | sort -u | while read -r f; do
	program "$f"
done
program /usr/libexec/atf-check
ln -sf mawk "$root/usr/bin/awk"
mkdir -p "$root/usr/share" "$root/tests"
cp -r /usr/share/atf /usr/share/kyua "$root/usr/share/"
list=
for t in dev/midi/t_rmidi_dev dev/midi/t_sequencer_dev dev/midi/t_midictl_dev \
    dev/midi/t_settings_dev usr.bin/t_clients usr.bin/t_midictl \
    usr.bin/t_mididump usr.bin/t_midiplay usr.bin/t_midiplay_dev \
    usr.bin/t_midirecord usr.bin/t_music usr.bin/t_vmstat; do
	program "$B/tests/$t" "/tests/$t"
	list="$list $t"
done
for t in t_nodes t_modules t_alsa t_hosted t_umidi; do
	install -D -m 755 "$top/tests/vm/$t.sh" "$root/tests/vm/$t"
	list="$list vm/$t"
done
for t in h_client h_dev smfcmp; do
	program "$B/tests/tools/$t" "/tests/tools/$t"
done
cp "$B/tests/tools/tune.mid" "$root/tests/tools/"
# What they read, below what BSDMIDI_SRC is there.
for h in h_await.sh h_host.sh h_pty.py h_smf.py; do
	install -D -m 644 "$top/tests/usr.bin/$h" "$root/tests/tests/usr.bin/$h"
done
printf 'syntax(2)\ntest_suite("bsdmidi")\n' >"$root/tests/Kyuafile"
for d in $(for t in $list; do echo "${t%/*}"; done | sort -u); do
	echo "include(\"$d/Kyuafile\")" >>"$root/tests/Kyuafile"
	cp "$root/tests/Kyuafile" "$root/tests/$d/Kyuafile"
	sed -i '/^include/d' "$root/tests/$d/Kyuafile"
done
for t in $list; do
	echo "atf_test_program{name=\"${t##*/}\"}" >>"$root/tests/${t%/*}/Kyuafile"
done
if [ -f "$B/modules/bsdmidi_test.ko" ]; then
	install -m 644 "$B/modules/bsdmidi_test.ko" "$root/tests/"
	strip --strip-debug "$root/tests/bsdmidi_test.ko"
	sed -n 's/^TEST_CASE(\(.*\))/\1/p' \
	    "$B/modules/tests/hosted/linux/cases.h" >"$root/tests/vm/cases"
fi
# Only what is new, by what is linked to the base.
(cd "$root" && find . ! -type d -links 1 -o -type d | LC_ALL=C sort |
    cpio -o -H newc -R 0:0 --quiet) >"$vm/tests.cpio"
rm -rf "$root"
