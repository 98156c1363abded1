#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# check.sh: build every flavour, run its tests under kyua(1), add them up.
#
#	check.sh [flavour ...]
#
#	gcc	everything
#	clang	everything, built by the other compiler
#	asan	everything, under AddressSanitizer and UBSan
#	tsan	what runs with real threads, under ThreadSanitizer
#	vm	modules of Linux, under sparse(1) and in a virtual machine,
#		and the panics that must end one
#	sound	opl(4) in one, by what is heard: one test
#	speaker	midi_pcppi(4) in one, likewise
#	uart	midicom(4) in one, by its serial line: one test
#	mpu	mpu(4) in Bochs, by its log: one test
#	opl3	opl(4) on an OPL3, in Bochs: one test
#	dkms	modules of Linux, built and installed by dkms(8): one test
#
# The last line is `N passed, N failed, N skipped'; what was skipped, and
# why, stands above it.

top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$top" || exit 1
make=${MAKE:-make}
log=build/check
mkdir -p "$log"
passed=0 failed=0 skipped=0

# A leak at the listing of cases is libatf's own.
printf 'leak:%s\n' atf_list_ atf_map_ atf_tp_get_tcs atf_tp_init >"$log/lsan.supp"

flavour()
{
	name=$1
	case $name in
	gcc)	b=build; cc=gcc; san=; target=tests ;;
	clang)	b=build/clang; cc=clang; san=; target=tests ;;
	asan)	b=build/asan; cc=gcc; san=address,undefined; target=tests ;;
	tsan)	b=build/tsan; cc=gcc; san=thread; target=tests-threads ;;
	*)	echo "check: no such flavour: $name" >&2; exit 1 ;;
	esac
	echo "== $name"
	if ! $make -s -j"$(nproc)" BUILD=$b CC=$cc SAN=$san $target \
	    >"$log/$name.build" 2>&1; then
		cat "$log/$name.build"
		echo "check: $name does not build"
		failed=$((failed + 1))
		return
	fi
	rm -f "$log/$name.db" "$log/$name".san.*
	BSDMIDI_BIN=$top/$b/bin BSDMIDI_TOOLS=$top/$b/tests/tools \
	BSDMIDI_SRC=$top \
	LSAN_OPTIONS=suppressions=$top/$log/lsan.supp:print_suppressions=0 \
	ASAN_OPTIONS=log_path=$top/$log/$name.san \
	UBSAN_OPTIONS=log_path=$top/$log/$name.san:print_stacktrace=1 \
	TSAN_OPTIONS=log_path=$top/$log/$name.san \
	kyua -v parallelism=1 test -k "$b/tests/Kyuafile" \
	    -r "$log/$name.db" >"$log/$name.log" 2>&1
	count "$log/$name.log"
	if [ "$f" -ne 0 ]; then
		kyua report --verbose -r "$log/$name.db" \
		    --results-filter=failed,broken >"$log/$name.report" 2>&1
		tail -n 200 "$log/$name.report"
	fi
	# Daemons have nobody else to tell.
	for i in "$log/$name".san.*; do
		[ -s "$i" ] || continue
		head -n 60 "$i"
		f=$((f + 1))
	done
	if [ $((p + f + s)) -eq 0 ]; then
		cat "$log/$name.log"
		echo "check: $name ran no test"
		f=1
	fi
	add "$name"
}

# Count the lines of results in a log; what did not pass is shown.
count()
{
	grep -E ' ->  (failed|broken|skipped)' "$1"
	p=$(grep -cE ' ->  (passed|expected_failure)' "$1")
	f=$(grep -cE ' ->  (failed|broken)' "$1")
	s=$(grep -cE ' ->  skipped' "$1")
}

# Add them up.
add()
{
	echo "$1: $p passed, $f failed, $s skipped"
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
}

# In the virtual machine: its end is seen by what it prints last.  A kernel that
# hangs is ended, too.
virtual()
{
	echo "== vm"
	if ! $make -s vm-deps >"$log/vm.deps" 2>&1; then
		cat "$log/vm.deps"
		echo "vm ->  skipped: what it is made of is not here"
		p=0 f=0 s=1
		add vm
		return
	fi
	if ! { $make -s -j"$(nproc)" tests vm-tree VMTESTS=1 &&
	    $make -s -j"$(nproc)" check-sparse; } >"$log/vm.build" 2>&1; then
		cat "$log/vm.build"
		echo "check: vm does not build"
		failed=$((failed + 1))
		return
	fi
	VM_FILES=build/vm/tests.cpio VM_JOB=tests/vm/check.sh \
	    timeout 1800 sh tests/vm/vm.sh build >"$log/vm.log" 2>&1 </dev/null
	sed '/^===> Execution/,$d; /^== dmesg/,$d' "$log/vm.log" >"$log/vm.results"
	sh tests/vm/panics.sh build >"$log/panics.log" 2>&1 ||
	    grep -v ' ->  ' "$log/panics.log"
	cat "$log/panics.log" >>"$log/vm.results"
	count "$log/vm.results"
	[ "$f" -ne 0 ] && sed -n '/^===> Execution/,/^== dmesg/p' "$log/vm.log" |
	    tail -n 200
	if ! grep -q '^== end' "$log/vm.log"; then
		tail -n 60 "$log/vm.log"
		echo "check: the virtual machine did not come to its end"
		f=$((f + 1))
	elif [ -n "$(sed '1,/^== dmesg/d; /^== end/,$d' "$log/vm.log")" ]; then
		sed -n '/^== dmesg/,/^== end/p' "$log/vm.log"
		echo "check: warnings of the kernel"
		f=$((f + 1))
	fi
	add vm
}

# A test that runs such a machine itself, from outside: its name, a list of
# packages that it needs besides, the command.  Status 77: not here; it says why.
outside()
{
	name=$1
	list=$2
	shift 2
	echo "== $name"
	p=0 f=0 s=0
	if ! { $make -s vm-deps && sh tests/deps.sh $(sed 's/#.*//' "$list"); } \
	    >"$log/$name.log" 2>&1; then
		cat "$log/$name.log"
		echo "$name ->  skipped: what it is made of is not here"
		s=1
	else
		$make -s -j"$(nproc)" vm-tree >"$log/$name.log" 2>&1 &&
		    timeout 1800 "$@" >>"$log/$name.log" 2>&1 </dev/null
		case $? in
		0)	p=1 ;;
		77)	s=1; echo "$name ->  skipped: $(tail -n 1 "$log/$name.log")" ;;
		*)	f=1; tail -n 200 "$log/$name.log" ;;
		esac
	fi
	add "$name"
}

for i in ${*:-gcc clang asan tsan vm sound speaker uart mpu opl3 dkms}; do
	case $i in
	vm)	virtual ;;
	sound)	outside sound share/packages-vm.debian \
		    sh tests/sound/t_sound.sh build ;;
	speaker) outside speaker share/packages-vm.debian \
		    python3 tests/sound/speaker.py build ;;
	uart)	outside uart share/packages-vm.debian \
		    python3 tests/uart/uart.py build ;;
	mpu)	outside mpu share/packages-bochs.debian \
		    python3 tests/uart/mpu.py build ;;
	dkms)	outside dkms share/packages-dkms.debian \
		    sh tests/vm/dkms.sh build ;;
	opl3)	outside opl3 share/packages-bochs.debian \
		    python3 tests/sound/opl3.py build ;;
	*)	flavour "$i" ;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
