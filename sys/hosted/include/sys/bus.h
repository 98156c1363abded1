/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/bus.h: registers of devices, as in bus_space(9).
 *
 * There is one space, the ports of ISA, read and written by bytes.
 */

#ifndef _HOSTED_SYS_BUS_H_
#define _HOSTED_SYS_BUS_H_

#include <sys/types.h>

struct host_io;
struct hosted_bus_space;
struct hosted_bus_dma;

typedef unsigned long	bus_addr_t;
typedef unsigned long	bus_size_t;
typedef const struct hosted_bus_space *bus_space_tag_t;
typedef const struct hosted_bus_dma *bus_dma_tag_t;
typedef struct hosted_bus_handle {
	struct host_io	*bh_io;
	bus_size_t	bh_off;		/* of a subregion */
} bus_space_handle_t;

#define BUS_SPACE_BARRIER_READ	0x01
#define BUS_SPACE_BARRIER_WRITE	0x02

/* Claim and map a range.  0, EBUSY when somebody has a part of it, or an errno
 * of a host that has no ports.  No flags are known.  Thread context, no lock
 * held. */
int	bus_space_map(bus_space_tag_t, bus_addr_t, bus_size_t, int,
	    bus_space_handle_t *);
/* The handle is that of the map, not of a subregion.  Thread context, no lock
 * held. */
void	bus_space_unmap(bus_space_tag_t, bus_space_handle_t, bus_size_t);
/* Where nothing answers, 0xff is read.  Any context. */
uint8_t	bus_space_read_1(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void	bus_space_write_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
	    uint8_t);

#endif /* !_HOSTED_SYS_BUS_H_ */
