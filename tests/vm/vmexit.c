/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmexit.c: vmexit STATUS: end the virtual machine with this exit status, at
 * once, by the device isa-debug-exit, whose qemu ends with twice the number
 * that is written and one more.
 */

#include <sys/io.h>

#include <err.h>
#include <stdlib.h>
#include <unistd.h>

#define DEBUG_EXIT_PORT	0xf4

int
main(int argc, char **argv)
{

	if (argc != 2)
		errx(2, "usage: vmexit status");
	sync();
	if (ioperm(DEBUG_EXIT_PORT, 4, 1) == -1)
		err(1, "ioperm");
	outl((unsigned int)atoi(argv[1]), DEBUG_EXIT_PORT);
	errx(1, "still here");
}
