/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_bus.c: bus_space(9) over the host's ports.
 *
 * A range is a host_io; a handle of a part of it carries the offset.  Claims
 * are the host's to keep.  Ports are read and written in the order of the
 * program on every host, so that a barrier is only one for the compiler.
 */

#include <sys/param.h>
#include <sys/bus.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

struct hosted_bus_space {
	const char	*bs_name;	/* what claims are made for */
};

static const struct hosted_bus_space bus_isa = { "bsdmidi" };

bus_space_tag_t
kern_bus_isa(void)
{

	return &bus_isa;
}

int
bus_space_map(bus_space_tag_t tag, bus_addr_t addr, bus_size_t size,
    int flags, bus_space_handle_t *hp)
{

	KASSERT(flags == 0);
	kern_lwp_assert_unlocked("bus_space_map");
	hp->bh_off = 0;
	return host_io_map(addr, size, tag->bs_name, &hp->bh_io);
}

void
bus_space_unmap(bus_space_tag_t tag, bus_space_handle_t h, bus_size_t size)
{

	KASSERT(h.bh_off == 0);
	kern_lwp_assert_unlocked("bus_space_unmap");
	host_io_unmap(h.bh_io);
}

uint8_t
bus_space_read_1(bus_space_tag_t tag, bus_space_handle_t h, bus_size_t off)
{

	return host_io_read1(h.bh_io, h.bh_off + off);
}

void
bus_space_write_1(bus_space_tag_t tag, bus_space_handle_t h, bus_size_t off,
    uint8_t byte)
{

	host_io_write1(h.bh_io, h.bh_off + off, byte);
}
