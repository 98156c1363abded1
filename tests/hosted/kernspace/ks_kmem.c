/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_kmem.c: memory is what was asked for, and its misuse is found out.
 */

#include <sys/param.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <hosted/hosted.h>

#include "../host_run.h"
#include "ks.h"
#include "ks_tests.h"

void
ks_kmem_alloc(void)
{
	static const size_t sizes[] = { 1, 7, 8, 64, 1000, 70000 };
	unsigned int i;
	size_t j;
	char *p;

	for (i = 0; i < __arraycount(sizes); i++) {
		p = kmem_zalloc(sizes[i], KM_SLEEP);
		KS_CHECK((uintptr_t)p % 16 == 0);
		for (j = 0; j < sizes[i]; j++)
			KS_CHECK(p[j] == 0);
		kmem_free(p, sizes[i]);
		p = kmem_alloc(sizes[i], KM_NOSLEEP);
		KS_CHECK(p != NULL);
		/* Nobody gets zeroes without asking for them. */
		for (j = 0; j < sizes[i]; j++)
			KS_CHECK(p[j] != 0);
		kmem_free(p, sizes[i]);
	}
}

void
ks_kmem_strings(void)
{
	size_t size;
	char *s;

	s = kmem_asprintf("%s%d", "midi", 12);
	KS_CHECK(strcmp(s, "midi12") == 0);
	kmem_strfree(s);
	s = kmem_strdupsize("abc", &size, KM_SLEEP);
	KS_CHECK(strcmp(s, "abc") == 0 && size == 4);
	kmem_free(s, size);
	s = kmem_strdup("", KM_NOSLEEP);
	KS_CHECK(s != NULL && s[0] == '\0');
	kmem_strfree(s);
	kmem_strfree(NULL);
}

/* The Nth fails, and only that one; memory that may be waited for is there. */
void
ks_kmem_fail(void)
{
	unsigned long calls = hosted_kmem_calls();
	void *p[4];
	int i;

	hosted_kmem_fail_at(3);
	for (i = 0; i < 4; i++) {
		p[i] = kmem_alloc(8, KM_NOSLEEP);
		kmem_free(kmem_alloc(8, KM_SLEEP), 8);
		KS_CHECK((p[i] == NULL) == (i == 2));
	}
	for (i = 0; i < 4; i++) {
		if (p[i] != NULL)
			kmem_free(p[i], 8);
	}
	KS_CHECK(hosted_kmem_calls() == calls + 4);
	hosted_kmem_fail_at(1);
	KS_CHECK(softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    NULL, NULL) == NULL);
}

/*
 * Misuse.  Each of the following panics, but for the leak, which is counted.
 */

void
ks_kmem_leak(void)
{

	KS_CHECK(kmem_alloc(100, KM_SLEEP) != NULL);
	KS_CHECK(kmem_alloc(200, KM_SLEEP) != NULL);
}

void
ks_kmem_size(void)
{

	kmem_free(kmem_alloc(8, KM_SLEEP), 9);
}

void
ks_kmem_behind(void)
{
	volatile char *p = kmem_alloc(8, KM_SLEEP);

	p[8] = 0;
	kmem_free(__UNCONST((const void *)(uintptr_t)p), 8);
}

void
ks_kmem_wild(void)
{
	uint64_t mem[32] = { 0 };

	kmem_free(&mem[24], 8);
}

static void
kmem_softint(void *arg __unused)
{

	kmem_free(kmem_alloc(8, KM_NOSLEEP), 8);
}

void
ks_kmem_interrupt(void)
{

	ks_schedule(softint_establish(SOFTINT_SERIAL | SOFTINT_MPSAFE,
	    kmem_softint, NULL));
	ks_pause(100);
}
