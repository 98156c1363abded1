/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_route.c: which port is connected to which.
 *
 * All graphs that can be made of four ports are made, by every order of
 * adding connections that matters: each set of connections that is free of
 * circles by a model of its own must be accepted, each other one refused.
 * The model is a closure of bits: comes[p] has the ports where something may
 * come in after it came in at p.
 */

#include <dev/midi/midi_route.h>

#include "h_bytes.h"

#define PORTS		4
#define PAIRS		(PORTS * PORTS)
#define ROOM		(PAIRS + PORTS)

static struct midi_route_edge edges[ROOM];
static struct midi_route route;

/* What goes out at the port may come in at these (bits). */
static unsigned int
model_returns(unsigned int port, bool cables, bool duplex)
{
	unsigned int ports = 0;

	if (!duplex)
		ports |= 1U << port;
	if (cables)
		ports |= 1U << (port ^ 1);
	return ports;
}

/* Does the set of connections (bit s * PORTS + d) have a circle? */
static bool
model_circle(unsigned int set, bool cables, bool duplex)
{
	unsigned int comes[PORTS] = { 0 }, i, k, p, q;

	for (i = 0; i < PAIRS; i++) {
		if (set & 1U << i)
			comes[i / PORTS] |= model_returns(i % PORTS, cables,
			    duplex);
	}
	for (k = 0; k < PORTS; k++)
		for (p = 0; p < PORTS; p++)
			for (q = 0; q < PORTS; q++)
				if (comes[p] & 1U << q)
					comes[p] |= comes[q];
	for (p = 0; p < PORTS; p++)
		if (comes[p] & 1U << p)
			return true;
	return false;
}

static void
fresh(bool cables)
{

	midi_route_init(&route, edges, ROOM);
	if (cables) {
		ATF_REQUIRE_EQ(midi_route_cable(&route, 0, 1),
		    MIDI_ROUTE_DONE);
		ATF_REQUIRE_EQ(midi_route_cable(&route, 2, 3),
		    MIDI_ROUTE_DONE);
	}
}

/* The connections that are there, as bits. */
static unsigned int
present(void)
{
	struct midi_route_edge *me;
	unsigned int bit, set = 0;

	ATF_REQUIRE(midi_route_valid(&route));
	for (me = midi_route_next(&route, NULL, MIDI_ROUTE_ANY,
	    MIDI_ROUTE_ANY); me != NULL; me = midi_route_next(&route, me,
	    MIDI_ROUTE_ANY, MIDI_ROUTE_ANY)) {
		bit = 1U << (me->me_source * PORTS + me->me_dest);
		ATF_REQUIRE((set & bit) == 0);
		set |= bit;
	}
	return set;
}

/* Make all connections of the set that may be, lowest first. */
static unsigned int
make(unsigned int set, bool cables, bool duplex)
{
	enum midi_route_answer answer;
	unsigned int i, made = 0;

	for (i = 0; i < PAIRS; i++) {
		if ((set & 1U << i) == 0)
			continue;
		answer = midi_route_add(&route, (int)i / PORTS,
		    (int)i % PORTS, duplex, &edges[0]);
		if (model_circle(made | 1U << i, cables, duplex)) {
			ATF_REQUIRE_EQ(answer, MIDI_ROUTE_LOOP);
			continue;
		}
		ATF_REQUIRE_EQ(answer, MIDI_ROUTE_DONE);
		made |= 1U << i;
		ATF_REQUIRE_EQ(midi_route_add(&route, (int)i / PORTS,
		    (int)i % PORTS, duplex, NULL), MIDI_ROUTE_TWICE);
	}
	ATF_REQUIRE_EQ(present(), made);
	return made;
}

ATF_TC(every_graph);
ATF_TC_HEAD(every_graph, tc)
{
	atf_tc_set_md_var(tc, "descr", "a circle that is let in, through any "
	    "number of ports and cables, or a connection that closes none and "
	    "is refused: all sets of connections of 4 ports");
}
ATF_TC_BODY(every_graph, tc)
{
	unsigned int set;
	int how;

	for (how = 0; how < 4; how++) {
		for (set = 0; set < 1U << PAIRS; set++) {
			fresh(how & 1);
			(void)make(set, how & 1, how & 2);
		}
	}
}

ATF_TC(remove_port);
ATF_TC_HEAD(remove_port, tc)
{
	atf_tc_set_md_var(tc, "descr", "a connection to or from a port that "
	    "was removed, or another one that went with it");
}
ATF_TC_BODY(remove_port, tc)
{
	unsigned int i, left, set;
	int port;

	for (set = 0; set < 1U << PAIRS; set += 7) {
		for (port = 0; port < PORTS; port++) {
			fresh(set & 1);
			left = make(set, set & 1, set & 2);
			for (i = 0; i < PAIRS; i++) {
				if ((int)i / PORTS == port ||
				    (int)i % PORTS == port)
					left &= ~(1U << i);
			}
			midi_route_remove_port(&route, port);
			ATF_REQUIRE_EQ(present(), left);
		}
	}
}

ATF_TC(remove_one);
ATF_TC_HEAD(remove_one, tc)
{
	atf_tc_set_md_var(tc, "descr", "a connection that cannot be removed, "
	    "takes another along, or cannot be made again; enumeration that "
	    "leaves one out or repeats it");
}
ATF_TC_BODY(remove_one, tc)
{
	struct midi_route_edge *me;
	unsigned int i, made, set;

	for (set = 0; set < 1U << PAIRS; set += 11) {
		fresh(set & 1);
		made = make(set, set & 1, false);
		for (i = 0; i < PAIRS; i++) {
			me = midi_route_next(&route, NULL, (int)i / PORTS,
			    (int)i % PORTS);
			ATF_REQUIRE_EQ(me != NULL, (made & 1U << i) != 0);
			if (me == NULL)
				continue;
			midi_route_remove(&route, me);
			ATF_REQUIRE_EQ(present(), made & ~(1U << i));
			ATF_REQUIRE_EQ(midi_route_add(&route, (int)i / PORTS,
			    (int)i % PORTS, false, NULL), MIDI_ROUTE_DONE);
			ATF_REQUIRE_EQ(present(), made);
		}
	}
}

ATF_TC(selection);
ATF_TC_HEAD(selection, tc)
{
	atf_tc_set_md_var(tc, "descr", "the connections of one source or of "
	    "one destination, not all or in another order than made");
}
ATF_TC_BODY(selection, tc)
{
	struct midi_route_edge *me;

	fresh(false);
	ATF_REQUIRE_EQ(midi_route_add(&route, 0, 2, false, NULL),
	    MIDI_ROUTE_DONE);
	ATF_REQUIRE_EQ(midi_route_add(&route, 1, 2, false, NULL),
	    MIDI_ROUTE_DONE);
	ATF_REQUIRE_EQ(midi_route_add(&route, 0, 1, false, NULL),
	    MIDI_ROUTE_DONE);
	me = midi_route_next(&route, NULL, 0, MIDI_ROUTE_ANY);
	ATF_REQUIRE(me != NULL && me->me_dest == 2);
	me = midi_route_next(&route, me, 0, MIDI_ROUTE_ANY);
	ATF_REQUIRE(me != NULL && me->me_dest == 1);
	ATF_REQUIRE(midi_route_next(&route, me, 0, MIDI_ROUTE_ANY) == NULL);
	me = midi_route_next(&route, NULL, MIDI_ROUTE_ANY, 2);
	ATF_REQUIRE(me != NULL && me->me_source == 0);
	me = midi_route_next(&route, me, MIDI_ROUTE_ANY, 2);
	ATF_REQUIRE(me != NULL && me->me_source == 1);
	ATF_REQUIRE(midi_route_next(&route, me, MIDI_ROUTE_ANY, 2) == NULL);
	ATF_REQUIRE(midi_route_next(&route, NULL, 3, MIDI_ROUTE_ANY) == NULL);
}

ATF_TC(full);
ATF_TC_HEAD(full, tc)
{
	atf_tc_set_md_var(tc, "descr", "an edge beyond the room that there is, "
	    "or a cable that is counted twice");
}
ATF_TC_BODY(full, tc)
{

	midi_route_init(&route, edges, 2);
	ATF_REQUIRE_EQ(midi_route_cable(&route, 0, 1), MIDI_ROUTE_DONE);
	ATF_REQUIRE_EQ(midi_route_cable(&route, 1, 0), MIDI_ROUTE_DONE);
	ATF_REQUIRE_EQ(midi_route_add(&route, 1, 2, false, NULL),
	    MIDI_ROUTE_DONE);
	ATF_REQUIRE_EQ(midi_route_add(&route, 1, 3, false, NULL),
	    MIDI_ROUTE_FULL);
	ATF_REQUIRE_EQ(midi_route_cable(&route, 2, 3), MIDI_ROUTE_FULL);
	ATF_REQUIRE_EQ(present(), 1U << (1 * PORTS + 2));
	midi_route_remove_port(&route, 0);
	ATF_REQUIRE_EQ(midi_route_add(&route, 1, 3, false, NULL),
	    MIDI_ROUTE_DONE);
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, every_graph);
	ATF_TP_ADD_TC(tp, remove_port);
	ATF_TP_ADD_TC(tp, remove_one);
	ATF_TP_ADD_TC(tp, selection);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
