/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_mem.c: memory, messages and signals of the user host.
 *
 * Program and kernel share one address space here, so copying in and out is
 * memcpy.  The lowest page belongs to nobody: an address in it is what a
 * program passes by mistake, and gives EFAULT as it does everywhere.
 *
 * Locks: none, counters and the message function are atomic.
 */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <hosted/user/user.h>

#define USER_MEM_NOBODYS_BYTES	4096	/* from address 0 */

static atomic_ulong user_mem_objects[USER_OBJ_KINDS];
static _Atomic(void (*)(const char *, int)) user_mem_log;

void
user_object_count(int kind, int n)
{

	atomic_fetch_add(&user_mem_objects[kind], (unsigned long)n);
}

unsigned long
user_objects(void)
{
	unsigned long sum;
	int kind;

	sum = 0;
	for (kind = 0; kind < USER_OBJ_KINDS; kind++)
		sum += atomic_load(&user_mem_objects[kind]);
	return sum;
}

void *
user_calloc(unsigned long size)
{
	void *mem;

	mem = calloc(1, size);
	if (mem == NULL)
		host_panic("user host: out of memory\n");
	return mem;
}

void *
host_alloc(unsigned long size, int cansleep)
{
	void *mem;

	mem = cansleep ? user_calloc(size) : calloc(1, size);
	if (mem != NULL)
		user_object_count(USER_OBJ_MEMORY, 1);
	return mem;
}

void
host_free(void *mem, unsigned long size)
{

	(void)size;
	user_object_count(USER_OBJ_MEMORY, -1);
	free(mem);
}

static int
user_mem_accessible(const void *uaddr, unsigned long n)
{

	return n == 0 || (uintptr_t)uaddr >= USER_MEM_NOBODYS_BYTES;
}

int
host_copyin(const void *uaddr, void *kaddr, unsigned long n)
{

	if (!user_mem_accessible(uaddr, n))
		return EFAULT;
	if (n != 0)
		memcpy(kaddr, uaddr, n);
	return 0;
}

int
host_copyout(const void *kaddr, void *uaddr, unsigned long n)
{

	if (!user_mem_accessible(uaddr, n))
		return EFAULT;
	if (n != 0)
		memcpy(uaddr, kaddr, n);
	return 0;
}

void
user_log_set(void (*fn)(const char *, int))
{

	atomic_store(&user_mem_log, fn);
}

static void
user_mem_say(const char *text, int panic)
{
	void (*fn)(const char *, int);

	fn = atomic_load(&user_mem_log);
	if (fn != NULL)
		(*fn)(text, panic);
	else
		fputs(text, stderr);
}

void
host_print(const char *text)
{

	user_mem_say(text, 0);
}

void
host_panic(const char *text)
{

	user_mem_say(text, 1);
	abort();
}

void
host_signal_io(int pid)
{

	/* A process that is gone or that we may not signal hears nothing:
	 * there is nobody to tell. */
	(void)kill((pid_t)pid, SIGIO);
}

/*
 * All code is in the program.
 */

int
host_owner_hold(void *owner)
{

	(void)owner;
	return 0;
}

void
host_owner_release(void *owner)
{

	(void)owner;
}
