/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midi_route.h: which port is connected to which, and why not in a circle.
 *
 * A port has two sides: what it receives comes in, what it sends goes out.
 * A connection leads from the inside of its source to the outside of its
 * destination: what the source receives, the destination sends.  Whether
 * that can come back is a question of what is beyond the ports:
 *
 *	- a cable between two ports is known: what the one sends, the other
 *	  receives;
 *	- of everything else it must be feared that it sends back what it is
 *	  sent, as an instrument with a merged THRU does.
 *
 * A connection by which something could come back to where it came from is
 * refused.  One who knows that nothing comes back at the ports concerned, and
 * wants them connected both ways, says `duplex': then only the cables and
 * connections that are known count.  Such a circle is refused in any case.
 *
 * Neither is there a second connection of the same two ports, nor one of a
 * port that was removed.  So what comes in passes each connection once at
 * most.
 *
 * Ports are numbers of the caller's, not negative.  The caller serializes its
 * use.  Pure.
 */

#ifndef _DEV_MIDI_MIDI_ROUTE_H_
#define _DEV_MIDI_MIDI_ROUTE_H_

#include <dev/midi/midi_base.h>

#define MIDI_ROUTE_ANY		(-1)	/* any port */

struct midi_route_edge {
	int		me_source;
	int		me_dest;
	bool		me_cable;	/* not a connection: the two ends */
	bool		me_reached;	/* used by the search */
	bool		me_followed;	/* used by the search */
	void		*me_cookie;	/* the caller's */
};

struct midi_route {
	struct midi_route_edge *mr_edges;	/* the caller's; oldest first */
	unsigned int	mr_size;	/* how many there is room for */
	unsigned int	mr_used;
};

enum midi_route_answer {
	MIDI_ROUTE_DONE,
	MIDI_ROUTE_TWICE,		/* they are connected already */
	MIDI_ROUTE_LOOP,		/* it could come back */
	MIDI_ROUTE_FULL			/* no room */
};

/* No edges; room for so many, cables included, in the caller's memory. */
void	midi_route_init(struct midi_route *, struct midi_route_edge *,
	    unsigned int);

/* The two ports are the ends of a cable.  Of which one is known already
 * stays as it is.  May answer DONE or FULL. */
enum midi_route_answer midi_route_cable(struct midi_route *, int, int);

/* The other end of the cable at the port; MIDI_ROUTE_ANY: no cable is
 * known. */
int	midi_route_far(const struct midi_route *, int);

/* Connect source and destination; duplex as told above.  Unless the answer is
 * DONE, nothing has changed. */
enum midi_route_answer midi_route_add(struct midi_route *, int, int, bool,
	    void *);

/*
 * The connection that follows the given one (NULL: the first), of those with
 * this source and this destination, MIDI_ROUTE_ANY for any.  NULL: no more.
 * Adding and removing spoil the enumeration.
 */
struct midi_route_edge *midi_route_next(struct midi_route *,
	    const struct midi_route_edge *, int, int);

/* Remove an edge that midi_route_next() gave. */
void	midi_route_remove(struct midi_route *, struct midi_route_edge *);

/* The port is no more: remove all its connections and its cable. */
void	midi_route_remove_port(struct midi_route *, int);

bool	midi_route_valid(const struct midi_route *);

#endif /* !_DEV_MIDI_MIDI_ROUTE_H_ */
