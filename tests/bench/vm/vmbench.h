/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmbench.h: what the parts of vmbench share.  Times are of the monotonic
 * clock, in nanoseconds.
 */

#ifndef _TESTS_BENCH_VM_VMBENCH_H_
#define _TESTS_BENCH_VM_VMBENCH_H_

#include <stddef.h>
#include <stdint.h>

#define VMBENCH_NOTE	3	/* bytes of a note */

int64_t	vmbench_now(void);
/* Print "NAME median p99 max" of n times, which are sorted. */
void	vmbench_print(const char *name, int64_t *ns, size_t n);
/* Open a node; a pair of ends: "pipe" and "pty" make one, into fd[0] to read
 * and fd[1] to write.  All end the program when it can't be. */
int	vmbench_open(const char *path, int flags);
void	vmbench_pair(const char *rpath, const char *wpath, int fd[2]);
/* The i-th note of a stream: no two that follow have the same status, so that
 * nobody can leave it out. */
void	vmbench_note(unsigned char *buf, unsigned int i);
/* Read or write all n bytes. */
void	vmbench_read(int fd, unsigned char *buf, size_t n);
void	vmbench_write(int fd, const unsigned char *buf, size_t n);
/* A positive number. */
unsigned long vmbench_number(const char *text);

/* The parts; arguments as in vmbench.c. */
void	vmbench_patch(char **argv);
void	vmbench_late(char **argv);
void	vmbench_alsa(char **argv);
void	vmbench_rate(char **argv);
void	vmbench_memory(char **argv);

#endif /* !_TESTS_BENCH_VM_VMBENCH_H_ */
