/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_obj.c: the lists and numbers of host objects.
 *
 * An object is on the list of its kind from creation to destruction, in
 * order of creation.  Its number is never used again in the same run.
 */

#include <stdio.h>
#include <stdlib.h>

#include <hosted/sim/sim_impl.h>

void *
sim_obj_alloc(size_t n, size_t size)
{
	void *mem;

	mem = calloc(n, size);
	if (mem == NULL) {
		perror("sim");
		abort();
	}
	return mem;
}

void *
sim_obj_create(enum sim_kind kind, size_t size, const char *name)
{
	struct sim_obj *o;

	o = sim_obj_alloc(1, size);
	o->so_kind = kind;
	o->so_num = ++sim.last_num;
	snprintf(o->so_name, sizeof(o->so_name), "%s", name);
	o->so_prev = sim.last_objs[kind];
	if (o->so_prev != NULL)
		o->so_prev->so_next = o;
	else
		sim.objs[kind] = o;
	sim.last_objs[kind] = o;
	sim.nobjs[kind]++;
	return o;
}

void
sim_obj_destroy(struct sim_obj *o)
{

	if (o->so_prev != NULL)
		o->so_prev->so_next = o->so_next;
	else
		sim.objs[o->so_kind] = o->so_next;
	if (o->so_next != NULL)
		o->so_next->so_prev = o->so_prev;
	else
		sim.last_objs[o->so_kind] = o->so_prev;
	sim.nobjs[o->so_kind]--;
	free(o);
}

const char *
sim_obj_kind_name(enum sim_kind kind)
{
	static const char *const names[SIM_NKINDS] = {
		"block", "thread", "lock", "condition",
		"poll queue", "poll", "node", "ports", "interrupt"
	};

	return names[kind];
}
