#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_tidy.sh: the tree keeps the house rules, and tidy.py would tell if not.
#
# Each case first breaks its rule in a small tree of its own, in every way
# that has to be noticed, with what must pass beside it, and then checks the
# tree that BSDMIDI_SRC names.

# finds rule [sed]: exactly what stands on standard input is found in the small
# tree, when the sed command has changed it.
finds()
{
	cat >expected
	python3 "${BSDMIDI_SRC}/tests/tidy/tidy.py" -r "$1" small >found
	atf_check_equal "$?" 1
	atf_check -o file:expected sed "${2:-}" found
	rm -rf small
}

# passes rule: nothing is found in the small tree.
passes()
{
	atf_check python3 "${BSDMIDI_SRC}/tests/tidy/tidy.py" -r "$1" small
	rm -rf small
}

# kept rule: nothing is found in our own tree.
kept()
{
	atf_check python3 "${BSDMIDI_SRC}/tests/tidy/tidy.py" -r "$1" "${BSDMIDI_SRC}"
}

# put path: standard input becomes a file of the small tree.
put()
{
	mkdir -p "small/$(dirname "$1")"
	cat >"small/$1"
}

# define case descr: a case, which needs Python.
define()
{
	atf_test_case "$1"
	eval "$1_head() { atf_set descr \"$2\"; atf_set require.progs \"python3 $3\"; }"
}

define header "Catches a file without copyright and licence, or whose essay is of another"
header_body()
{
	for i in sys/good.c sys/none.c sys/other.h; do
		put $i <<-END
			/*
			 * Copyright (c) 2026 The bsdmidi authors.
			 * SPDX-License-Identifier: BSD-2-Clause
			 */

			/*
			 * sys/good.c: what it is.
			 */
		END
	done
	sed -i 1,5d small/sys/none.c
	for i in good.sh Makefile good.py; do
		printf '#!/bin/sh\n#\n# Copyright (c) 2026 The bsdmidi authors.\n' | put $i
		printf '# SPDX-License-Identifier: BSD-2-Clause\n#\n# What.\n' >>small/$i
	done
	echo '#!/usr/bin/env python3' | put bin/run
	echo 'all:' | put rules.mk
	echo '.Dd today' | put share/man/man4/none.4
	finds header <<-'END'
		bin/run:1: header: does not begin with copyright, licence, essay
		rules.mk:1: header: does not begin with copyright, licence, essay
		share/man/man4/none.4:1: header: does not begin with copyright, licence, essay
		sys/none.c:1: header: does not begin with copyright, licence, essay
		sys/other.h:7: header: the essay begins with `sys/good.c', not the file's name
	END
	kept header
}

# statements n: as many lines.
statements()
{
	yes '	x++;' | head -n "$1"
}

define length "Catches a file, a function or a line that is too long"
length_body()
{
	{ printf 'int x;\n\nvoid\ngood(void)\n{\n'; statements 67; echo '}'; } | put good.c
	{ printf 'int x;\n\nvoid\nlong(void)\n{\n'; statements 68; echo '}'; } | put long.c
	{ printf 'good()\n{\n'; statements 67; echo '}'; } | put good.sh
	{ printf 'long()\n{\n'; statements 69; echo '}'; } | put long.sh
	{ printf 'def long():\n'; yes '    pass' | head -n 70; } | put long.py
	yes 'int x;' | head -n 1000 | put full.c
	yes 'int x;' | head -n 1001 | put over.c
	printf '/*%077d*/\n/*%076d*/\n\t/*%069d*/\n' 0 0 0 | put wide.h
	printf '#%0100d\n#%099d\n' 0 0 | put wide.sh
	printf '|%0200d|\n%0101d\n' 0 0 | put wide.md
	finds length <<-'END'
		long.c:4: length: 71 lines in long()
		long.py:1: length: 71 lines in long()
		long.sh:1: length: 72 lines in long()
		over.c:1001: length: 1001 lines in a file
		wide.h:1: length: 81 columns in a line
		wide.h:3: length: 81 columns in a line
		wide.md:2: length: 101 columns in a line
		wide.sh:1: length: 101 columns in a line
	END
	kept length
}

define space "Catches white space at ends, and spaces in the place of tabs"
space_body()
{
	printf 'int\ngood(void)\n{\n\n\treturn 1;\n}\n' | put good.c
	printf 'int\nbad(void)\n{\n\n        return 1; \n}' | put bad.c
	printf 'int one(void)\n{\n\n\treturn 1;\n}\n\n' | put one.c
	printf 'cat <<END\nText: \nEND\n' | put good.sh
	printf 'cat <<END\nText: \nEND\ntrue\t\n' | put bad.sh
	finds space <<-'END'
		bad.c:5: space: spaces in the place of a tab
		bad.c:5: space: white space at the end
		bad.c:6: space: does not end with one newline
		bad.sh:4: space: white space at the end
		one.c:1: space: one() is not at the line's beginning
		one.c:6: space: does not end with one newline
	END
	kept space
}

define prefix "Catches a function that has not its file's name"
prefix_body()
{
	printf 'void\nmidi_box_put(void)\n{\n}\n' | put sys/dev/midi/midi_box.c
	printf 'void __attribute__((__x__, __aligned__(8)))\nmidi_bag(int (*f)(int))\n{\n}\n' \
	    >>small/sys/dev/midi/midi_box.c
	printf 'static void\nbag(void)\n{\n}\n' >>small/sys/dev/midi/midi_box.c
	printf 'struct a {\n\tint b;\n} c = { 1 };\n' >>small/sys/dev/midi/midi_box.c
	printf 'void\nvmidiattach(int n)\n{\n}\n' | put sys/dev/midi/vmidi.c
	printf '#define F(x) {\nvoid\nmidiattach(int n)\n{\n}\n' >>small/sys/dev/midi/vmidi.c
	echo 'void mutex_enter(int);' | put sys/hosted/include/sys/mutex.h
	echo '/* mutex_leave() */' >>small/sys/hosted/include/sys/mutex.h
	printf 'void\nmutex_enter(int n)\n{\n}\n' | put sys/hosted/kern/kern_mutex.c
	printf 'void\nmutex_leave(int n)\n{\n}\n' >>small/sys/hosted/kern/kern_mutex.c
	printf 'void\nhost_alloc(int n)\n{\n}\n' | put sys/hosted/sim/sim_mem.c
	finds prefix <<-'END'
		sys/dev/midi/midi_box.c:6: prefix: midi_bag() has not the prefix midi_box_
		sys/dev/midi/vmidi.c:7: prefix: midiattach() has not the prefix vmidi_
		sys/hosted/kern/kern_mutex.c:6: prefix: mutex_leave() has not the prefix kern_mutex_
		sys/hosted/sim/sim_mem.c:2: prefix: host_alloc() has not the prefix sim_mem_
	END
	kept prefix
}

define kernel "Catches a test of _KERNEL outside midi_base.h"
kernel_body()
{
	printf '#ifdef _KERNEL\n#endif\n' | put sys/dev/midi/midi_base.h
	printf '/*\n#ifdef _KERNEL\n*/\n#ifdef _KERNEL_OPT\n#endif\n' | put sys/dev/midi/midi.c
	printf '#if defined(X) || \\\n    defined(_KERNEL)\n#endif\n' | put sys/dev/midi/vmidi.c
	printf '#define _KERNEL\n' | put tests/t_box.c
	finds kernel <<-'END'
		sys/dev/midi/vmidi.c:1: kernel: _KERNEL belongs to midi_base.h
		tests/t_box.c:1: kernel: _KERNEL belongs to midi_base.h
	END
	kept kernel
}

define words "Catches marks of unfinished work, and code that is switched off"
words_body()
{
	printf '/* TODO later */\n#if 0\n#endif\n# if 1\n#endif\n#ifdef notyet\n#endif\n' | put a.c
	printf '#if 0x10 > 2\n#endif\nint TODOS, XXXX;\n' | put good.c
	printf '# FIXME\nmktemp -t tidy.XXXXXX # HACK\n' | put a.sh
	printf 'XXX\n' | put share/man/man4/a.4
	finds words <<-'END'
		a.c:1: words: TODO
		a.c:2: words: code that is switched off
		a.c:4: words: code that is switched off
		a.c:6: words: code that is switched off
		a.sh:1: words: FIXME
		a.sh:2: words: HACK
		share/man/man4/a.4:1: words: XXX
	END
	kept words
}

define hosts "Catches code of the core that depends on the system it is compiled on"
hosts_body()
{
	printf '#ifdef __linux__\n#elif defined(__FreeBSD__)\n#endif\n' | put sys/dev/midi/a.c
	printf '/* __linux__ */\n#include <linux/x.h>\n' | put sys/dev/midi/good.c
	printf '#ifdef __NetBSD__\n#endif\n' | put sys/sys/midiio.h
	printf '#ifdef __linux__\n#endif\n' | put sys/hosted/user/user_tty.c
	printf '#if LINUX_VERSION_CODE > 5\n#endif\n' | put sys/hosted/linux/linux_usb.c
	printf '#if LINUX_VERSION_CODE > 5\n#endif\n' | put sys/hosted/linux/linux_compat.h
	finds hosts <<-'END'
		sys/dev/midi/a.c:1: hosts: __linux__ is tested
		sys/dev/midi/a.c:2: hosts: __FreeBSD__ is tested
		sys/hosted/linux/linux_usb.c:1: hosts: LINUX_VERSION_CODE is tested
		sys/sys/midiio.h:1: hosts: __NetBSD__ is tested
	END
	kept hosts
}

# includes path header ...: a file that includes these.
includes()
{
	path=$1
	shift
	for i in "$@"; do
		case $i in
		\"*)	echo "#include $i" ;;
		*)	echo "#include <$i>" ;;
		esac
		echo
	done | put "$path"
}

define includes "Catches an include that a file's layer has no right to, or out of order"
includes_body()
{
	printf 'file dev/midi/midi_ring.c\nfile dev/midi/midi_box.c\n' | put sys/dev/midi/files.midi
	for i in dev/midi/midi_ring.h dev/midi/midivar.h dev/midi/sequencervar.h dev/midi_if.h \
	    hosted/host.h hosted/hosted.h hosted/kern/kern_impl.h hosted/sim/sim.h \
	    hosted/include/sys/systm.h hosted/include/sys/mutex.h sys/midiio.h; do
		put sys/$i </dev/null
	done
	put tests/h_tool.h </dev/null
	includes sys/dev/midi/midi_base.h sys/types.h string.h
	includes sys/dev/midi/midi_ring.c dev/midi/midi_ring.h sys/errno.h sys/mutex.h stdio.h
	includes sys/dev/midi/midi_box.c sys/systm.h sys/mutex.h dev/midi/midivar.h \
	    dev/midi/sequencervar.h string.h hosted/host.h
	includes sys/dev/midi/vmidi.c sys/systm.h dev/midi_if.h dev/midi/midivar.h
	includes sys/dev/midi/seq_play.c sys/systm.h dev/midi/sequencervar.h dev/gone.h
	includes sys/hosted/host.h stdint.h
	includes sys/hosted/kern/kern_x.c sys/mutex.h hosted/host.h dev/midi_if.h \
	    hosted/sim/sim.h dev/midi/midivar.h errno.h
	includes sys/hosted/sim/s.c stdio.h sys/mman.h hosted/host.h hosted/sim/sim.h \
	    hosted/kern/kern_impl.h dev/midi_if.h hosted/include/sys/mutex.h
	includes tests/t_x.c stdio.h dev/midi/midi_ring.h hosted/sim/sim.h '"h_tool.h"' \
	    dev/midi/midivar.h hosted/include/sys/mutex.h
	includes tests/dev/kernspace/x.c sys/mutex.h hosted/host.h dev/midi_if.h stdio.h
	includes usr.bin/midiplay/x.c stdio.h sys/midiio.h dev/midi/midi_ring.h \
	    hosted/hosted.h
	includes usr.bin/midihost/x.c hosted/hosted.h hosted/sim/sim.h
	printf '#include <stdio.h>\n#include <err.h>\n\n#include <ctype.h>\n' | put tests/order.c
	printf '#include <sys/param.h>\n#include <sys/errno.h>\n#include "h_tool.h"\n' |
	    put tests/good.c
	finds includes <<-'END'
		sys/dev/midi/midi_box.c:7: includes: <dev/midi/sequencervar.h> is not this layer's
		sys/dev/midi/midi_box.c:9: includes: <string.h> is not this layer's
		sys/dev/midi/midi_box.c:11: includes: <hosted/host.h> is not this layer's
		sys/dev/midi/midi_ring.c:5: includes: <sys/mutex.h> is not this layer's
		sys/dev/midi/midi_ring.c:7: includes: <stdio.h> is not this layer's
		sys/dev/midi/seq_play.c:5: includes: <dev/gone.h> is not this layer's
		sys/dev/midi/vmidi.c:5: includes: <dev/midi/midivar.h> is not this layer's
		sys/hosted/host.h:1: includes: <stdint.h> is not this layer's
		sys/hosted/kern/kern_x.c:7: includes: <hosted/sim/sim.h> is not this layer's
		sys/hosted/kern/kern_x.c:9: includes: <dev/midi/midivar.h> is not this layer's
		sys/hosted/kern/kern_x.c:11: includes: <errno.h> is not this layer's
		sys/hosted/sim/s.c:9: includes: <hosted/kern/kern_impl.h> is not this layer's
		sys/hosted/sim/s.c:11: includes: <dev/midi_if.h> is not this layer's
		sys/hosted/sim/s.c:13: includes: <hosted/include/sys/mutex.h> is not this layer's
		tests/dev/kernspace/x.c:7: includes: <stdio.h> is not this layer's
		tests/order.c:2: includes: <err.h> is out of order
		tests/t_x.c:9: includes: <dev/midi/midivar.h> is not this layer's
		tests/t_x.c:11: includes: <hosted/include/sys/mutex.h> is not this layer's
		usr.bin/midihost/x.c:3: includes: <hosted/sim/sim.h> is not this layer's
		usr.bin/midiplay/x.c:7: includes: <hosted/hosted.h> is not this layer's
	END
	kept includes
}

define headers "Catches a header that needs another before it, or bears no second include" gcc
headers_body()
{
	printf 'uint8_t x(void);\n' | put tests/h_needs.h
	printf 'struct twice {\n\tint a;\n};\n' | put tests/h_twice.h
	printf '#ifndef G\n#define G\n#include <stdint.h>\n' | put tests/h_good.h
	printf 'struct g {\n\tuint8_t a;\n};\n#endif\n' >>small/tests/h_good.h
	printf '#include <stdint.h>\n' | put sys/dev/midi/midi_libc.h
	finds headers 's/alone:.*/alone/' <<-'END'
		sys/dev/midi/midi_libc.h:1: headers: does not compile alone
		tests/h_needs.h:1: headers: does not compile alone
		tests/h_twice.h:1: headers: does not compile alone
	END
	kept headers
}

define walks "Catches a walk of README.md through a function that is not there"
walks_body()
{
	: | put other.c
	finds walks <<-'END'
		README.md:1: walks: is not there
	END
	: | put other.c
	printf 'static int\nmidi_walk(void)\n{\n}\n' | put sys/dev/midi/midi.c
	put README.md <<-'END'
		```
		hardware
		dev/midi/midi.c  midi_walk   begins
		  └ sys/dev/midi/midi.c  midi_walk()
		      └ dev/midi/midi.c      midi_run    not there
		dev/midi/gone.c      midi_walk
		dev/midi/midi.c
		```

		```
		cc -c x.c
		```

		```walk
		other.c		midi_walk
		```
	END
	finds walks <<-'END'
		README.md:5: walks: midi_run() is not in sys/dev/midi/midi.c
		README.md:6: walks: there is no dev/midi/gone.c
		README.md:7: walks: no function beside the file
		README.md:15: walks: midi_walk() is not in other.c
	END
	printf '```walk\nother.c\tmidi_walk\n```\n' | put README.md
	printf 'void\nmidi_walk(void)\n{\n}\n' | put other.c
	finds walks <<-'END'
		README.md:1: walks: has 1 walks, not two
	END
	kept walks
}

# manual name section: one that has all it needs.
manual()
{
	{
		printf '.Dd November 21, 2026\n.Dt %s %s\n.Os\n.Sh NAME\n' "$1" "$2"
		printf '.Nm %s\n.Nd thing\n.Sh FILES\n.It Pa /dev/%s\n' "$1" "$1"
		printf '.Sh EXAMPLES\n.Sh ERRORS\n.Sh SEE ALSO\n.Xr gone 4\n.Sh BUGS\n'
	} | put "share/man/man$2/$1.$2"
}

define manuals "Catches a program, a driver or a node without a manual, and a manual's gaps"
manuals_body()
{
	for i in good bad; do
		printf 'int\nmain(void)\n{\n}\n' | put usr.bin/$i/$i.c
		printf 'CFATTACH_DECL_NEW(%s, 0, 0, 0, 0, 0);\n' ${i}dev | put sys/dev/$i.c
		printf 'CFATTACH_DECL_NEW(%s, 0, 0, 0, 0, 0);\n' ${i}dev_isa |
		    put sys/dev/isa/$i.c
	done
	printf '\t{ "gooddev", &good_cdevsw, 0 },\n\t{ "baddev", &bad_cdevsw, 0 },\n' |
	    put sys/hosted/kern/ioconf.c
	manual good 1
	manual gooddev 4
	manual gaps 4
	sed -i -e /EXAMPLES/d -e 's/gone 4/good 4/' small/share/man/man4/gaps.4
	finds manuals <<-'END'
		share/man/man4/gaps.4:1: manuals: has no section EXAMPLES
		share/man/man4/gaps.4:11: manuals: there is no good(4)
		sys/dev/bad.c:1: manuals: baddev(4) is not there
		sys/dev/isa/bad.c:1: manuals: baddev_isa(4) is not there
		sys/hosted/kern/ioconf.c:2: manuals: no manual has the node baddev among its files
		usr.bin/bad/bad.c:2: manuals: bad has no manual
	END
	kept manuals
}

define lint "Catches a manual that mandoc warns of" mandoc
lint_body()
{
	printf '.Dd November 21, 2026\n.Dt BAD 4\n.Os\n.Sh NAME\n.Nm bad\n.Nd x\n.Pq\n.Xx\n' |
	    put share/man/man4/bad.4
	python3 "${BSDMIDI_SRC}/tests/tidy/tidy.py" -r lint small >found
	atf_check_equal "$?" 1
	atf_check -o match:'bad.4:8: lint: .*unknown macro' cat found
	kept lint
}

define examples "Catches an example of a manual that does not compile" gcc
examples_body()
{
	printf '.Sh EXAMPLES\n.Bd -literal -offset indent\n#include <stdio.h>\n\nint\n' |
	    put share/man/man4/a.4
	cp small/share/man/man4/a.4 small/share/man/man4/good.4
	printf 'main(void)\n{\n\tx("\\en");\n}\n.Ed\n' >>small/share/man/man4/a.4
	printf 'main(void)\n{\n\tputs("\\en");\n}\n.Ed\n' >>small/share/man/man4/good.4
	finds examples 's/compile:.*/compile/' <<-'END'
		share/man/man4/a.4:8: examples: does not compile
	END
	kept examples
}

define requests "Catches a request that the kernel carries out and no manual names"
requests_body()
{
	for i in A AB C; do
		printf "#define MIDI_%s\t_IO('m', 1)\n" $i
	done | put sys/sys/midiio.h
	printf 'case MIDI_A:\ncase MIDI_AB:\n/* MIDI_C */\n' | put sys/dev/midi/midi.c
	printf '.Dv MIDI_AB\n' | put share/man/man4/midi.4
	printf '.Dv MIDI_A\n' | put share/man/man1/midi.1
	finds requests <<-'END'
		sys/sys/midiio.h:1: requests: MIDI_A is in no manual of section 4
	END
	kept requests
}

define paths "Catches a folder of one machine"
paths_body()
{
	printf '"/home/me/x"\n"/tmp/x"\n"./tmp/x" a/work/b $x/root/y\n' | put a.c
	printf 'cd /work\n' | put Makefile
	printf 'mkdir /tmp/midi\nls /root\n' | put share/man/man8/midihost.8
	printf 'mkdir /tmp/midi\n' | put tests/t_x.sh
	finds paths <<-'END'
		Makefile:1: paths: /work
		a.c:1: paths: /home
		a.c:2: paths: /tmp
		share/man/man8/midihost.8:2: paths: /root
	END
	kept paths
}

define files "Catches a file that files.midi forgets or that is not there"
files_body()
{
	printf 'file\tdev/midi/midi.c\nfile\tdev/midi/gone.c\n' | put sys/dev/midi/files.midi
	: | put sys/dev/midi/midi.c
	: | put sys/dev/midi/extra.c
	: | put sys/dev/midi/extra.h
	: | put sys/dev/midi/extra.h.rej
	finds files <<-'END'
		sys/dev/midi/extra.c:1: files: is not in files.midi
		sys/dev/midi/extra.h.rej:1: files: is left over
		sys/dev/midi/files.midi:2: files: there is no dev/midi/gone.c
	END
	kept files
}

define users "Catches a function that others may call and nobody does"
users_body()
{
	printf 'int midi_a(void);\nint midi_b(void);\n#define MIDI_E() midi_e()\n' |
	    put sys/dev/midi/midi.h
	printf 'int f(void);\n' | put sys/dev/midi_if.h
	for i in a b c_valid d e; do
		printf 'int midi_%s(void)\n{\n\treturn 0;\n}\n' $i
	done | put sys/dev/midi/midi.c
	printf 'int f(void)\n{\n\treturn midi_a() + midi_d();\n}\n' | put sys/dev/midi/midi_f.c
	printf 'int g(void)\n{\n\treturn g() + midi_b();\n}\n' | put tests/t_midi.c
	printf 'static int h(void)\n{\n\treturn midi_c_valid();\n}\n' | put tests/t_h.c
	printf 'int bus_space_map(void)\n{\n}\nint bus_space_unmap(void)\n{\n}\n' |
	    put sys/hosted/kern/kern_bus.c
	printf 'int bus_space_map(void);\nint bus_space_unmap(void);\n' |
	    put sys/hosted/include/sys/bus.h
	printf 'int x = bus_space_map;\n' | put tests/t_bus.c
	printf 'int one(void)\n{\n}\nint main(void)\n{\n\tone();\n}\n' | put usr.bin/one/one.c
	finds users <<-'END'
		sys/dev/midi/midi.c:5: users: midi_b() has no user
		sys/hosted/kern/kern_bus.c:4: users: bus_space_unmap() has no user
		usr.bin/one/one.c:1: users: one() has no user but its own file
	END
	kept users
}

# What config(1) writes for needs-flag: counts of devices and attributes.
define config "Catches a kernel that cannot be linked and is not told why" gcc
config_body()
{
	for nmidi in 0 1; do
		for nmidibus in 0 1; do
			echo "#define NMIDI $nmidi" >midi.h
			echo "#define NMIDIBUS $nmidibus" >midibus.h
			for i in sequencer midictl; do
				set -- gcc -std=gnu11 -fsyntax-only -D_KERNEL -D_KERNEL_OPT \
				    -nostdinc -ffreestanding -I. \
				    -I"${BSDMIDI_SRC}/sys/hosted/include" \
				    -I"${BSDMIDI_SRC}/sys" "${BSDMIDI_SRC}/sys/dev/midi/$i.c"
				if [ $((nmidi + nmidibus)) = 0 ]; then
					atf_check -s not-exit:0 -e match:"$i: needs midi" "$@"
				else
					atf_check "$@"
				fi
			done
		done
	done
}

define tool "Catches a checker that finds nothing because it looks at nothing"
tool_body()
{
	tidy="${BSDMIDI_SRC}/tests/tidy/tidy.py"
	mkdir small
	atf_check -s exit:2 -e match:'no files in' python3 "${tidy}" small
	atf_check -s exit:2 -e match:'^usage: ' python3 "${tidy}" -r header,nothing small
	atf_check -s exit:2 -e match:'^usage: ' python3 "${tidy}" small small
	atf_check -o match:'SEQUENCER_SYNC .*seq_request.c .*sequencer.4' python3 "${tidy}" -l
	# Files that are not text are passed over.
	printf 'MThd\0TODO \377' >small/a.c
	printf 'int x;\n' >small/b.c
	passes words
}

atf_init_test_cases()
{
	for i in header length space prefix kernel words hosts includes headers walks \
	    manuals lint examples requests paths files users config tool; do
		atf_add_test_case "$i"
	done
}
