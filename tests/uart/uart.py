#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# uart.py BUILD: midicom(4) as a module of Linux on a 16550 that others have
# made, qemu's, both ways at once and with interrupts.
#
# The serial line of the virtual machine ends in a socket here.  A stream of
# random whole messages goes each way: the one that the machine writes to its
# node has to arrive here, but for running status, and the one that is put in
# here has to be read there byte for byte.  qemu's line knows no speed: the
# machine says how much it has read, and is sent no more than its buffers hold.

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

from wire import Wrong, compare, stream

BYTES = 20000
AHEAD = 700         # bytes: below the buffer of a reader
PATIENCE = 300      # seconds: for a machine that hangs

JOB = r"""
for i in /sys/bus/pnp/drivers/serial/*:*; do
	grep -q 0x2f8 $i/resources && echo ${i##*/} >${i%/*}/unbind
done
modprobe bsdmidi_midicom port=0x2f8 irq=3 || exit 3
n=$(midictl | sed -n 's/^\([0-9]*\): .*serial UART.*/\1/p')
before=$(awk '$1 == "3:" { print $2 + $3 }' /proc/interrupts)
dd if=/dev/rmidi$n of=/tmp/in bs=64 2>/dev/null &
reader=$!
sleep 0.5
cat /out >/dev/rmidi$n &
writer=$!
while :; do
	size=$(wc -c </tmp/in)
	echo "uart: read $size"
	[ $size -ge $(wc -c </in) ] && break
	sleep 0.05
done
wait $writer || exit 4
kill $reader
wait $reader 2>/dev/null
cmp /tmp/in /in || { vmstat -e; exit 5; }
echo "uart: interrupts $(($(awk '$1 == "3:" { print $2 + $3 }' /proc/interrupts) - before))"
rmmod bsdmidi_midicom || exit 6
grep -q midicom /proc/ioports /proc/interrupts && exit 7
exit 0
"""


class Line(threading.Thread):
    """The far end of the serial line."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.got = bytearray()
        self.sent = 0
        self.sock = None

    def connect(self):
        for _ in range(300):
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.connect(self.path)
                break
            except OSError:
                self.sock.close()
                time.sleep(0.1)
        self.start()

    def send(self, data, read):
        """Go on with the data, of which so much has been read."""
        part = data[self.sent:read + AHEAD]
        self.sock.sendall(part)
        self.sent += len(part)

    def run(self):
        while True:
            data = self.sock.recv(4096)
            if not data:
                return
            self.got += data


def archive(folder):
    """The files of a folder as what vm.sh lays over the machine's."""
    path = os.path.join(folder, "cpio")
    with open(path, "wb") as out:
        subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=os.path.join(folder, "files"),
                       input=b"in\nout\n", stdout=out, check=True)
    return path


def machine(build, folder, out, into):
    """Run it; what came over the line, and what it said."""
    os.mkdir(os.path.join(folder, "files"))
    for name, data in (("out", out), ("in", into)):
        with open(os.path.join(folder, "files", name), "wb") as file:
            file.write(data)
    with open(os.path.join(folder, "job"), "w", encoding="ascii") as file:
        file.write(JOB)
    path = os.path.join(folder, "line")
    env = dict(os.environ, VM_JOB=os.path.join(folder, "job"), VM_FILES=archive(folder),
               VM_QEMU="-chardev socket,id=m,path=%s,server=on,wait=off -serial chardev:m" % path)
    here = os.path.dirname(os.path.abspath(__file__))
    command = ["timeout", str(PATIENCE), "sh", os.path.join(here, "../vm/vm.sh"), build]
    vm = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    line = Line(path)
    line.connect()
    said = []
    for text in vm.stdout:
        text = text.decode("latin-1").rstrip()
        said.append(text)
        read = re.fullmatch(r"uart: read (\d+)", text)
        if read:
            line.send(into, int(read.group(1)))
    status = vm.wait()
    if status != 0:
        raise Wrong("the machine ends with %d:\n%s" % (status, "\n".join(said[-60:])))
    line.join(10)
    return bytes(line.got), said


def check(build):
    out, into = stream(1, BYTES), stream(2, BYTES)
    with tempfile.TemporaryDirectory() as folder:
        got, said = machine(build, folder, out, into)
    compare(got, out)
    interrupts = int(re.search(r"uart: interrupts (\d+)", "\n".join(said)).group(1))
    if interrupts < len(got) // 16:
        raise Wrong("only %d interrupts" % interrupts)
    print("uart: %d bytes out as %d on the line, %d bytes in, %d interrupts" %
          (len(out), len(got), len(into), interrupts))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: uart.py build")
    try:
        check(sys.argv[1])
    except Wrong as why:
        sys.exit("uart.py: %s" % why)
