# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_await.sh: waiting for what others do, for test programs in sh that read
# this file.

# Wait until a command succeeds, a minute at most.
await()
{
	for i in $(seq 600); do
		"$@" 2>/dev/null && return 0
		sleep 0.1
	done
	atf_fail "in vain: $*"
}

# Are in file $1 these bytes, and no others: ' 90 3c 40'?
has_bytes()
{
	[ "$(od -An -tx1 -v "$1" | tr -d '\n')" = "$2" ]
}
