/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_mem.c: memory, messages, the owners of code.
 *
 * The hosted kernel prints parts of lines; dmesg takes lines.  Parts wait in
 * one of a few places, each for the context that began there, until the line
 * ends; when all are taken, a part goes out as it is.  mem_print_lock guards
 * the places; it is raw, as interrupts print, and a leaf.
 */

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "linux.h"

#define MEM_COPY_SHORT		16
#define MEM_PRINT_PLACES	8
#define MEM_PRINT_CHARS		200

/* Guarded by the lock. */
struct mem_print {
	const void	*mp_owner;	/* NULL: free */
	unsigned int	mp_used;
	char		mp_text[MEM_PRINT_CHARS + 1];
};

static DEFINE_RAW_SPINLOCK(mem_print_lock);
static struct mem_print mem_print[MEM_PRINT_PLACES];

/* Charged to the program that asks.  What may fail does so early, since its
 * caller has another way. */
void *
host_alloc(unsigned long size, int cansleep)
{

	if (cansleep)
		return kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOFAIL);
	return kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NORETRY |
	    __GFP_NOWARN);
}

void
host_free(void *mem, unsigned long size)
{

	kvfree(mem);
}

/* What is short goes by way of the stack, of which Linux knows sooner than of
 * other memory that it may be copied. */
int
host_copyin(const void *uaddr, void *kaddr, unsigned long n)
{
	unsigned char some[MEM_COPY_SHORT];

	if (n <= sizeof(some)) {
		if (copy_from_user(some, (const void __user *)uaddr, n) != 0)
			return EFAULT;
		memcpy(kaddr, some, n);
		return 0;
	}
	if (copy_from_user(kaddr, (const void __user *)uaddr, n) != 0)
		return EFAULT;
	return 0;
}

int
host_copyout(const void *kaddr, void *uaddr, unsigned long n)
{
	unsigned char some[MEM_COPY_SHORT];

	if (n <= sizeof(some))
		kaddr = memcpy(some, kaddr, n);
	if (copy_to_user((void __user *)uaddr, kaddr, n) != 0)
		return EFAULT;
	return 0;
}

/*
 * Messages.
 */

/* The place of the context's line, or a free one, or NULL.  The lock is
 * held. */
static struct mem_print *
mem_print_place(const void *owner)
{
	struct mem_print *found = NULL;
	unsigned int i;

	for (i = 0; i < MEM_PRINT_PLACES; i++) {
		if (mem_print[i].mp_owner == owner)
			return &mem_print[i];
		if (mem_print[i].mp_owner == NULL)
			found = &mem_print[i];
	}
	if (found != NULL) {
		found->mp_owner = owner;
		found->mp_used = 0;
	}
	return found;
}

/* Put the text up to the end of its first line behind what waits.  True when
 * that makes a line, which is copied.  The lock is held. */
static bool
mem_print_add(struct mem_print *mp, const char **textp, char *line)
{
	const char *text = *textp;
	bool end;

	while (*text != '\0' && *text != '\n' &&
	    mp->mp_used < MEM_PRINT_CHARS)
		mp->mp_text[mp->mp_used++] = *text++;
	end = *text == '\n';
	*textp = text + end;
	if (!end && *text == '\0')
		return false;
	memcpy(line, mp->mp_text, mp->mp_used);
	line[mp->mp_used] = '\0';
	mp->mp_used = 0;
	if (end)
		mp->mp_owner = NULL;
	return true;
}

void
host_print(const char *text)
{
	struct mem_print whole, *mp;
	char line[MEM_PRINT_CHARS + 1];
	unsigned long flags;
	const void *owner;
	bool ready;

	while (*text != '\0') {
		raw_spin_lock_irqsave(&mem_print_lock, flags);
		owner = host_in_interrupt() ?
		    (const void *)(smp_processor_id() + 1UL) : current;
		mp = mem_print_place(owner);
		if (mp == NULL) {
			whole.mp_used = 0;
			mp = &whole;
		}
		ready = mem_print_add(mp, &text, line);
		if (mp == &whole && !ready) {
			memcpy(line, whole.mp_text, whole.mp_used);
			line[whole.mp_used] = '\0';
			ready = true;
		}
		raw_spin_unlock_irqrestore(&mem_print_lock, flags);
		if (ready)
			printk(KERN_INFO "%s\n", line);
	}
}

#undef host_panic

/* The thread ends, and what it holds stays held: the machine goes on without
 * MIDI. */
void
host_panic(const char *text)
{

	printk(KERN_EMERG "bsdmidi: %s", text);
	BUG();
}

/*
 * Owners are modules.
 */

int
host_owner_hold(void *owner)
{

	return try_module_get(owner) ? 0 : ENXIO;
}

void
host_owner_release(void *owner)
{

	module_put(owner);
}
