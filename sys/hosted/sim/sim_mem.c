/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_mem.c: memory of the kernel.
 *
 * Each block is one of malloc()'s, so that an address sanitizer sees its
 * edges; what is known of it stands apart, found by address through a small
 * hash table.  Freed memory is filled first, so that a late reader is
 * startled without a sanitizer too.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <hosted/sim/sim_impl.h>

#define SIM_MEM_BUCKETS	1024
#define SIM_MEM_JUNK	0xdb

struct sim_mem {
	struct sim_obj	sm_obj;
	struct sim_mem	*sm_next;
	void		*sm_addr;
	unsigned long	sm_bytes;
};

static struct sim_mem *buckets[SIM_MEM_BUCKETS];

static struct sim_mem **
sim_mem_find(const void *addr)
{
	struct sim_mem **p;

	p = &buckets[((uintptr_t)addr >> 4) % SIM_MEM_BUCKETS];
	while (*p != NULL && (*p)->sm_addr != addr)
		p = &(*p)->sm_next;
	return p;
}

void *
host_alloc(unsigned long size, int cansleep)
{
	struct sim_mem *m, **p;

	sim_call(SIM_OP_ALLOC, (unsigned)size,
	    cansleep ? SIM_CTX_SLEEP : SIM_CTX_THREAD);
	if (sim_fault(SIM_FAULT_ALLOC))
		return NULL;
	m = sim_obj_create(SIM_MEM, sizeof(*m), "");
	m->sm_bytes = size;
	m->sm_addr = sim_obj_alloc(1, size > 0 ? size : 1);
	p = sim_mem_find(m->sm_addr);
	*p = m;
	sim.res.leaks.bytes += size;
	return m->sm_addr;
}

unsigned long
sim_mem_drop(struct sim_obj *o)
{
	struct sim_mem *m = (struct sim_mem *)o, **p;

	p = sim_mem_find(m->sm_addr);
	*p = m->sm_next;
	memset(m->sm_addr, SIM_MEM_JUNK, m->sm_bytes);
	free(m->sm_addr);
	return m->sm_bytes;
}

void
host_free(void *mem, unsigned long size)
{
	struct sim_mem *m;

	sim_call(SIM_OP_FREE, (unsigned)size, SIM_CTX_THREAD);
	m = *sim_mem_find(mem);
	if (m == NULL)
		sim_misuse("free of %lu bytes that were not allocated", size);
	if (m->sm_bytes != size)
		sim_misuse("free of %lu bytes as %lu", m->sm_bytes, size);
	sim.res.leaks.bytes -= sim_mem_drop(&m->sm_obj);
	sim_obj_destroy(&m->sm_obj);
}

/* All code is in the program. */
int
host_owner_hold(void *owner)
{

	(void)owner;
	return 0;
}

void
host_owner_release(void *owner)
{

	(void)owner;
}
