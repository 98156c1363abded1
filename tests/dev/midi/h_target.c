/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_target.c: what is the same on every target of h_target.h.
 */

#include <stdio.h>

#include "h_target.h"

/* Bytes as hexadecimal, cut to fit. */
static const char *
t_hex(const uint8_t *bytes, size_t n, char *buf, size_t size)
{
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < n && i * 2 + 3 <= size; i++)
		snprintf(buf + i * 2, 3, "%02x", bytes[i]);
	return buf;
}

void
t_expect(int fd, const void *want, size_t n)
{
	char got_text[256], want_text[256];
	uint8_t got[4096];
	size_t have = 0;
	long r;

	T_CHECK(n <= sizeof(got));
	while (have < n) {
		r = t_read(fd, got + have, n - have);
		if (r <= 0)
			t_fail(__FILE__, __LINE__,
			    "read gives %ld after %zu of %zu bytes", r, have,
			    n);
		have += r;
	}
	if (memcmp(got, want, n) != 0)
		t_fail(__FILE__, __LINE__, "read %s, not %s",
		    t_hex(got, n, got_text, sizeof(got_text)),
		    t_hex(want, n, want_text, sizeof(want_text)));
}
