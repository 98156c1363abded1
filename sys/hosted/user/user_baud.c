/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_baud.c: any speed for a serial line.
 *
 * MIDI's 31250 bits a second is none of the speeds that termios(3) has names
 * for.  Linux takes any number through structures that cannot stand beside
 * <termios.h>, hence this file.
 */

#include <errno.h>
#include <sys/ioctl.h>

#include <asm/termbits.h>

#include <hosted/user/user_serve.h>

/* A UART that is off by more loses bits at the end of a byte. */
#define USER_BAUD_TOLERANCE_PER_CENT	2

int
user_baud_set(int fd, unsigned int baud)
{
	struct termios2 t;
	unsigned int off;

	if (ioctl(fd, TCGETS2, &t) == -1)
		return errno;
	t.c_cflag &= ~(tcflag_t)(CBAUD | CIBAUD);
	t.c_cflag |= BOTHER;
	t.c_ispeed = baud;
	t.c_ospeed = baud;
	if (ioctl(fd, TCSETS2, &t) == -1 || ioctl(fd, TCGETS2, &t) == -1)
		return errno;
	off = t.c_ospeed > baud ? t.c_ospeed - baud : baud - t.c_ospeed;
	if (off > baud / 100 * USER_BAUD_TOLERANCE_PER_CENT)
		return EINVAL;
	return 0;
}
