#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz.sh build name seconds: run libFuzzer on fuzz_NAME for so long,
# beginning with the corpus in tests/fuzz/NAME.txt.  A finding ends it with
# status 1 and lies in build/NAME.  Afterwards build/NAME.txt is the corpus
# with what was found on the way, as small as it can be and cover the same.

build=$1 name=$2 seconds=$3
here=$(dirname "$0")
prog=$build/tests/fuzz
top=$build/$name

rm -rf "$top.seeds" "$top.least"
mkdir -p "$top" "$top.seeds" "$top.least" || exit 1
"$prog/replay_$name" -u "$top.seeds" "$here/$name.txt" || exit 1
"$prog/fuzz_$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
    -print_final_stats=1 -artifact_prefix="$top/" "$top" "$top.seeds" \
    >"$top.log" 2>&1
status=$?
grep -E '^stat::(number_of_executed|new_units)|^SUMMARY|ERROR' "$top.log"
if [ $status -ne 0 ]; then
	echo "fuzz: finding; see $top.log"
	exit 1
fi
"$prog/fuzz_$name" -merge=1 -max_len=256 "$top.least" "$top.seeds" "$top" \
    >"$top.merge.log" 2>&1 || exit 1
"$prog/replay_$name" -p "$top.least" >"$top.txt"
echo "fuzz: no finding in $seconds s; $(wc -l <"$top.txt") inputs in $top.txt"
