#!/bin/sh
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# bench.sh build: run every benchmark of a build; one table.
#
# What is measured is in the essays of b_*.c, how, in that of h_bench.h.
# Figures are nanoseconds of processor time, unless the row says otherwise, for
# one of what the second column names: the median, and from the least to the
# most.  The peer is alsa-lib, unless the row says otherwise.  A target that is
# missed is no failure: machines differ, and what else they do.

build=$1

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
echo "$(uname -sm), ${cpu:-processor unknown}"
printf '%-34s %-5s %7s %-13s %7s %-13s %7s %-13s %s\n' \
    what of ns least..most peer-ns least..most times least..most target
for i in "$build"/tests/bench/b_*; do
	case $i in
	*.*)	continue ;;
	esac
	"$i" || exit 1
done
