/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_kmem.c: memory, with its misuse found out.
 *
 * Every block has a head with its size and its place of birth, and a word
 * behind it that must stay what it was.  Fresh memory is filled with one
 * pattern (unless zeroes are wanted), freed memory with another.  Blocks that
 * are left when the kernel shuts down are named and counted.
 *
 * Memory that may be waited for (KM_SLEEP; locks and conditions, which drivers
 * cannot do without) is never refused, as in a real kernel: when the host has
 * none, the thread sleeps and asks again, until there is some.  What to do
 * about a machine that has none is for its owner to decide, who may end what
 * takes it all; a kernel that gave up would lose what the others have.
 *
 * Tests let the Nth of the allocations that may fail (KM_NOSLEEP) fail.
 *
 * kmem_lock guards the list of blocks and the counts.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

/* How long to sleep before the host is asked again. */
#define KMEM_RETRY_NS	10000000ULL

#define KMEM_MAGIC	0x6b6d656d626c6b21ULL
#define KMEM_TAIL	0x7461696c7461696cULL
#define KMEM_FRESH	0xa55aa55aU
#define KMEM_FREED	0xdeadbeefU

/* A multiple of 16 bytes, so that what follows is aligned for any type. */
struct kmem_head {
	uint64_t	kh_magic;
	size_t		kh_size;
	TAILQ_ENTRY(kmem_head) kh_entry;
	const char	*kh_file;
	int		kh_line;
} __aligned(16);

static struct host_lock		*kmem_lock;
static struct host_cond		*kmem_cond;	/* never woken */
static bool			kmem_told;	/* that there is none */
static TAILQ_HEAD(, kmem_head)	kmem_blocks;
static unsigned long		kmem_nblocks;
static unsigned long		kmem_ncalls;	/* of KM_NOSLEEP */
static unsigned long		kmem_fail_at;	/* 0: none; 1: the next */

int
kern_kmem_init(void)
{

	TAILQ_INIT(&kmem_blocks);
	kmem_nblocks = 0;
	kmem_ncalls = 0;
	kmem_fail_at = 0;
	kmem_told = false;
	kmem_lock = host_lock_create(HOST_LOCK_SLEEP, "kmem");
	kmem_cond = host_cond_create("kmem");
	return kmem_lock == NULL || kmem_cond == NULL ? ENOMEM : 0;
}

unsigned long
kern_kmem_fini(void)
{
	const struct kmem_head *kh;

	if (kmem_cond != NULL)
		host_cond_destroy(kmem_cond);
	kmem_cond = NULL;
	if (kmem_lock == NULL)
		return 0;
	TAILQ_FOREACH(kh, &kmem_blocks, kh_entry)
		printf("kmem: %zu bytes of %s:%d leaked\n", kh->kh_size,
		    kh->kh_file, kh->kh_line);
	host_lock_destroy(kmem_lock);
	kmem_lock = NULL;
	return kmem_nblocks;
}

void
hosted_kmem_fail_at(unsigned long n)
{

	host_lock_enter(kmem_lock);
	kmem_fail_at = n;
	host_lock_exit(kmem_lock);
}

unsigned long
hosted_kmem_calls(void)
{
	unsigned long n;

	host_lock_enter(kmem_lock);
	n = kmem_ncalls;
	host_lock_exit(kmem_lock);
	return n;
}

/* Is this call one that a test wants to fail? */
static bool
kmem_refused(km_flag_t flags)
{
	bool refused;

	if (flags & KM_SLEEP)
		return false;
	host_lock_enter(kmem_lock);
	kmem_ncalls++;
	refused = kmem_fail_at != 0 && --kmem_fail_at == 0;
	host_lock_exit(kmem_lock);
	return refused;
}

static void
kmem_fill(void *mem, size_t size, uint32_t pattern)
{
	uint8_t *p = mem;
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = (uint8_t)(pattern >> (24 - i % 4 * 8));
}

static size_t
kmem_total(size_t size)
{

	return sizeof(struct kmem_head) + size + sizeof(uint64_t);
}

void
kern_kmem_wait(void)
{
	bool tell;

	/* Not before it has begun: then only tests refuse. */
	if (kmem_lock == NULL || kmem_cond == NULL)
		return;
	host_lock_enter(kmem_lock);
	tell = !kmem_told;
	kmem_told = true;
	(void)host_cond_wait(kmem_cond, kmem_lock, host_uptime_ns() +
	    KMEM_RETRY_NS, 0);
	host_lock_exit(kmem_lock);
	if (tell)
		printf("kmem: waiting for memory\n");
}

static void *
kmem_host(size_t size, km_flag_t flags)
{
	void *mem;

	if (flags & KM_NOSLEEP)
		return host_alloc(size, 0);
	while ((mem = host_alloc(size, 1)) == NULL)
		kern_kmem_wait();
	return mem;
}

struct host_lock *
kern_kmem_lock(int kind, const char *name)
{
	struct host_lock *lock;

	while ((lock = host_lock_create(kind, name)) == NULL)
		kern_kmem_wait();
	return lock;
}

struct host_cond *
kern_kmem_cond(const char *name)
{
	struct host_cond *cond;

	while ((cond = host_cond_create(name)) == NULL)
		kern_kmem_wait();
	return cond;
}

struct host_pollq *
kern_kmem_pollq(void)
{
	struct host_pollq *q;

	while ((q = host_pollq_create()) == NULL)
		kern_kmem_wait();
	return q;
}

void *
hosted_kmem_alloc(size_t size, km_flag_t flags, bool zero, const char *file,
    int line)
{
	const uint64_t tail = KMEM_TAIL;
	struct kmem_head *kh;

	hosted_assert_sleepable("kmem_alloc");
	KASSERTMSG(size != 0, "kmem_alloc of nothing: %s:%d", file, line);
	KASSERT(flags == KM_SLEEP || flags == KM_NOSLEEP);
	if (kmem_refused(flags))
		return NULL;
	kh = kmem_host(kmem_total(size), flags);
	if (kh == NULL)
		return NULL;
	kh->kh_magic = KMEM_MAGIC;
	kh->kh_size = size;
	kh->kh_file = file;
	kh->kh_line = line;
	memcpy((char *)(kh + 1) + size, &tail, sizeof(tail));
	if (!zero)
		kmem_fill(kh + 1, size, KMEM_FRESH);
	host_lock_enter(kmem_lock);
	TAILQ_INSERT_TAIL(&kmem_blocks, kh, kh_entry);
	kmem_nblocks++;
	host_lock_exit(kmem_lock);
	return kh + 1;
}

void
kmem_free(void *mem, size_t size)
{
	struct kmem_head *kh = (struct kmem_head *)mem - 1;
	uint64_t tail;

	hosted_assert_sleepable("kmem_free");
	if (kh->kh_magic != KMEM_MAGIC)
		panic("kmem_free: not allocated, or freed already");
	if (kh->kh_size != size)
		panic("kmem_free: %zu bytes of %s:%d freed as %zu",
		    kh->kh_size, kh->kh_file, kh->kh_line, size);
	memcpy(&tail, (char *)mem + size, sizeof(tail));
	if (tail != KMEM_TAIL)
		panic("kmem_free: written behind %zu bytes of %s:%d", size,
		    kh->kh_file, kh->kh_line);
	host_lock_enter(kmem_lock);
	TAILQ_REMOVE(&kmem_blocks, kh, kh_entry);
	kmem_nblocks--;
	host_lock_exit(kmem_lock);
	kmem_fill(kh, kmem_total(size), KMEM_FREED);
	host_free(kh, kmem_total(size));
}

char *
kmem_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = kmem_alloc((size_t)n + 1, KM_SLEEP);
	va_start(ap, fmt);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

char *
kmem_strdupsize(const char *s, size_t *sizep, km_flag_t flags)
{
	size_t size = strlen(s) + 1;
	char *copy;

	copy = kmem_alloc(size, flags);
	if (copy == NULL)
		return NULL;
	memcpy(copy, s, size);
	if (sizep != NULL)
		*sizep = size;
	return copy;
}

void
kmem_strfree(char *s)
{

	if (s != NULL)
		kmem_free(s, strlen(s) + 1);
}
