/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_route.c: which port is connected to which, and why not in a circle.
 *
 * A table of edges, searched from one end to the other: it is asked only when
 * something is connected or disconnected, never when something is delivered.
 * Cables stand in the same table, once for their two directions.
 *
 * The search begins at the outside of the destination and goes on with every
 * connection that starts where something may come in again.  Each connection
 * is followed once, so it ends after as many steps as there are edges.
 */

#include <dev/midi/midi_route.h>

void
midi_route_init(struct midi_route *r, struct midi_route_edge *edges,
    unsigned int size)
{

	r->mr_edges = edges;
	r->mr_size = size;
	r->mr_used = 0;
}

int
midi_route_far(const struct midi_route *r, int port)
{
	const struct midi_route_edge *me;
	unsigned int i;

	for (i = 0; i < r->mr_used; i++) {
		me = &r->mr_edges[i];
		if (me->me_cable && me->me_source == port)
			return me->me_dest;
		if (me->me_cable && me->me_dest == port)
			return me->me_source;
	}
	return MIDI_ROUTE_ANY;
}

bool
midi_route_valid(const struct midi_route *r)
{
	const struct midi_route_edge *me, *other;
	unsigned int i, j;

	if (r->mr_used > r->mr_size)
		return false;
	for (i = 0; i < r->mr_used; i++) {
		me = &r->mr_edges[i];
		if (me->me_source < 0 || me->me_dest < 0)
			return false;
		for (j = 0; j < i; j++) {
			other = &r->mr_edges[j];
			if (me->me_cable == other->me_cable &&
			    me->me_source == other->me_source &&
			    me->me_dest == other->me_dest)
				return false;
		}
	}
	return true;
}

static enum midi_route_answer
midi_route_append(struct midi_route *r, const struct midi_route_edge *me)
{

	if (r->mr_used == r->mr_size)
		return MIDI_ROUTE_FULL;
	r->mr_edges[r->mr_used++] = *me;
	KASSERT(midi_route_valid(r));
	return MIDI_ROUTE_DONE;
}

enum midi_route_answer
midi_route_cable(struct midi_route *r, int a, int b)
{
	const struct midi_route_edge edge = {
		.me_source = a,
		.me_dest = b,
		.me_cable = true,
	};

	KASSERT(a >= 0 && b >= 0 && a != b);
	if (midi_route_far(r, a) != MIDI_ROUTE_ANY ||
	    midi_route_far(r, b) != MIDI_ROUTE_ANY)
		return MIDI_ROUTE_DONE;
	return midi_route_append(r, &edge);
}

/*
 * Something goes out at the port: mark the connections that it may come into.
 * True: it may come in at the source.
 */
static bool
midi_route_reach(struct midi_route *r, int port, int source, bool duplex)
{
	const int far = midi_route_far(r, port);
	struct midi_route_edge *me;
	unsigned int i;

	for (i = 0; i < r->mr_used; i++) {
		me = &r->mr_edges[i];
		if (!me->me_cable && (me->me_source == far ||
		    (!duplex && me->me_source == port)))
			me->me_reached = true;
	}
	return source == far || (!duplex && source == port);
}

/* Could what a port receives come back to it by this way?  By cables and
 * connections alone (duplex), or with all else that must be feared. */
static bool
midi_route_loops(struct midi_route *r, int source, int dest, bool duplex)
{
	struct midi_route_edge *me;
	unsigned int i;

	for (i = 0; i < r->mr_used; i++)
		r->mr_edges[i].me_reached = r->mr_edges[i].me_followed = false;
	if (midi_route_reach(r, dest, source, duplex))
		return true;
	for (i = 0; i < r->mr_used; ) {
		me = &r->mr_edges[i++];
		if (!me->me_reached || me->me_followed)
			continue;
		me->me_followed = true;
		if (midi_route_reach(r, me->me_dest, source, duplex))
			return true;
		i = 0;
	}
	return false;
}

enum midi_route_answer
midi_route_add(struct midi_route *r, int source, int dest, bool duplex,
    void *cookie)
{
	const struct midi_route_edge edge = {
		.me_source = source,
		.me_dest = dest,
		.me_cookie = cookie,
	};

	KASSERT(source >= 0 && dest >= 0);
	if (midi_route_next(r, NULL, source, dest) != NULL)
		return MIDI_ROUTE_TWICE;
	if (midi_route_loops(r, source, dest, duplex))
		return MIDI_ROUTE_LOOP;
	return midi_route_append(r, &edge);
}

static bool
midi_route_matches(const struct midi_route_edge *me, int source, int dest)
{

	return (source == MIDI_ROUTE_ANY || me->me_source == source) &&
	    (dest == MIDI_ROUTE_ANY || me->me_dest == dest);
}

struct midi_route_edge *
midi_route_next(struct midi_route *r, const struct midi_route_edge *prev,
    int source, int dest)
{
	unsigned int i;

	i = prev == NULL ? 0 : (unsigned int)(prev - r->mr_edges) + 1;
	for (; i < r->mr_used; i++) {
		if (!r->mr_edges[i].me_cable &&
		    midi_route_matches(&r->mr_edges[i], source, dest))
			return &r->mr_edges[i];
	}
	return NULL;
}

void
midi_route_remove(struct midi_route *r, struct midi_route_edge *me)
{
	unsigned int i;

	i = (unsigned int)(me - r->mr_edges);
	KASSERT(i < r->mr_used);
	for (r->mr_used--; i < r->mr_used; i++)
		r->mr_edges[i] = r->mr_edges[i + 1];
	KASSERT(midi_route_valid(r));
}

void
midi_route_remove_port(struct midi_route *r, int port)
{
	unsigned int i;

	for (i = r->mr_used; i > 0; i--) {
		if (r->mr_edges[i - 1].me_source == port ||
		    r->mr_edges[i - 1].me_dest == port)
			midi_route_remove(r, &r->mr_edges[i - 1]);
	}
}
