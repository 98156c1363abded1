/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_bus.c: ports of ISA for a process, by /dev/port.
 *
 * Linux on a PC lets the superuser read and write ports there, a byte at the
 * offset of its number.  Who else drives the device is not known to it: claims
 * are kept among the drivers of this process only.  A process gets no
 * interrupts, so that drivers poll.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <hosted/user/user.h>

#define USER_BUS_NODE	"/dev/port"
#define USER_BUS_PORTS	0x10000

struct host_io {
	struct host_io	*io_next;
	unsigned long	io_port;
	unsigned long	io_size;
	int		io_fd;
};

static pthread_mutex_t	user_bus_lock = PTHREAD_MUTEX_INITIALIZER;
static struct host_io	*user_bus_claims;	/* user_bus_lock */

/* Enter the claim, unless somebody has a part of it. */
static int
user_bus_claim(struct host_io *io)
{
	const struct host_io *other;
	int error = 0;

	(void)pthread_mutex_lock(&user_bus_lock);
	for (other = user_bus_claims; other != NULL; other = other->io_next) {
		if (io->io_port < other->io_port + other->io_size &&
		    other->io_port < io->io_port + io->io_size)
			error = EBUSY;
	}
	if (error == 0) {
		io->io_next = user_bus_claims;
		user_bus_claims = io;
	}
	(void)pthread_mutex_unlock(&user_bus_lock);
	return error;
}

int
host_io_map(unsigned long port, unsigned long size,
    const char *name __attribute__((__unused__)), struct host_io **iop)
{
	struct host_io *io;
	int error, fd;

	if (size == 0 || size > USER_BUS_PORTS || port > USER_BUS_PORTS - size)
		return ENXIO;
	fd = open(USER_BUS_NODE, O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return errno == EACCES || errno == EPERM ? EACCES : ENXIO;
	io = host_alloc(sizeof(*io), 1);
	if (io == NULL) {
		(void)close(fd);
		return ENOMEM;
	}
	io->io_port = port;
	io->io_size = size;
	io->io_fd = fd;
	error = user_bus_claim(io);
	if (error) {
		(void)close(fd);
		host_free(io, sizeof(*io));
		return error;
	}
	*iop = io;
	return 0;
}

void
host_io_unmap(struct host_io *io)
{
	struct host_io **p;

	(void)pthread_mutex_lock(&user_bus_lock);
	for (p = &user_bus_claims; *p != io; p = &(*p)->io_next)
		continue;
	*p = io->io_next;
	(void)pthread_mutex_unlock(&user_bus_lock);
	(void)close(io->io_fd);
	host_free(io, sizeof(*io));
}

/* What is not to be had, any more, reads as where nothing answers. */
unsigned char
host_io_read1(struct host_io *io, unsigned long off)
{
	unsigned char byte;

	if (pread(io->io_fd, &byte, 1, (off_t)(io->io_port + off)) != 1)
		return 0xff;
	return byte;
}

void
host_io_write1(struct host_io *io, unsigned long off, unsigned char byte)
{

	if (pwrite(io->io_fd, &byte, 1, (off_t)(io->io_port + off)) != 1)
		return;
}

int
host_intr_establish(int irq __attribute__((__unused__)),
    int (*fn)(void *) __attribute__((__unused__)),
    void *arg __attribute__((__unused__)),
    const char *name __attribute__((__unused__)),
    struct host_intr **ip __attribute__((__unused__)))
{

	return ENXIO;
}

void
host_intr_disestablish(struct host_intr *i __attribute__((__unused__)))
{

	host_panic("panic: host_intr_disestablish: there is none\n");
}
