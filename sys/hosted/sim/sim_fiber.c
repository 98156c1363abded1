/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sim_fiber.c: coroutines.
 *
 * swapcontext() saves the signal mask, a system call, which costs fifty
 * times as much as the switch itself.  So a coroutine is started with
 * setcontext() and from then on entered and left with _setjmp() and
 * _longjmp(), which leave the mask alone.  The sanitizers must be told of
 * every change of stack; they also put their own hands on _longjmp() and
 * swapcontext(), which then forget what they know of the stack.  For them it
 * is getcontext() and setcontext() throughout.
 *
 * Stacks are mapped with a guard page below and kept for the next coroutine,
 * because the tests make many short runs.  They are never unmapped.
 */

/* The checked longjmp() takes a change of stack for a fault. */
#undef _FORTIFY_SOURCE

#include <sys/mman.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#include <hosted/sim/sim_fiber.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM_FIBER_ASAN
#endif
#if __has_feature(thread_sanitizer)
#define SIM_FIBER_TSAN
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SIM_FIBER_ASAN
#endif
#ifdef __SANITIZE_THREAD__
#define SIM_FIBER_TSAN
#endif

#ifdef SIM_FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SIM_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#define SIM_FIBER_STACK_BYTES	(512ul * 1024)

struct sim_fiber {
	struct sim_fiber *sf_next;	/* in the store of unused ones */
	void		(*sf_fn)(void *);
	void		*sf_arg;
	void		*sf_stack;
	size_t		sf_stack_bytes;
	int		sf_fresh;	/* not yet begun */
	ucontext_t	sf_context;
	jmp_buf		sf_jump;
	void		*sf_shadow;	/* the sanitizer's mark of this stack */
};

static struct sim_fiber base_fiber;
static struct sim_fiber *unused_fibers;
static struct sim_fiber *entering;	/* the fresh one being switched to */
static struct sim_fiber *leaving;	/* whoever switched last */

struct sim_fiber *
sim_fiber_base(void)
{

	return &base_fiber;
}

/*
 * What the sanitizers want to know before and after a switch.
 */
#if defined(SIM_FIBER_ASAN)

static void
sim_fiber_before(struct sim_fiber *from, struct sim_fiber *to, int dying)
{

	__sanitizer_start_switch_fiber(dying ? NULL : &from->sf_shadow,
	    to->sf_stack, to->sf_stack_bytes);
}

static void
sim_fiber_after(struct sim_fiber *self, int first)
{
	const void *stack;
	size_t bytes;

	__sanitizer_finish_switch_fiber(first ? NULL : self->sf_shadow,
	    &stack, &bytes);
	if (leaving == &base_fiber) {
		base_fiber.sf_stack = (void *)(unsigned long)stack;
		base_fiber.sf_stack_bytes = bytes;
	}
}

static void
sim_fiber_reset(struct sim_fiber *f)
{

	/* An abandoned coroutine has left its frames marked. */
	__asan_unpoison_memory_region(f->sf_stack, f->sf_stack_bytes);
}

#elif defined(SIM_FIBER_TSAN)

static void
sim_fiber_before(struct sim_fiber *from, struct sim_fiber *to, int dying)
{

	(void)dying;
	from->sf_shadow = __tsan_get_current_fiber();
	if (to->sf_shadow == NULL)
		to->sf_shadow = __tsan_create_fiber(0);
	__tsan_switch_to_fiber(to->sf_shadow, 0);
}

static void
sim_fiber_after(struct sim_fiber *self, int first)
{

	(void)self;
	(void)first;
}

static void
sim_fiber_reset(struct sim_fiber *f)
{

	if (f->sf_shadow != NULL)
		__tsan_destroy_fiber(f->sf_shadow);
	f->sf_shadow = NULL;
}

#else

static void
sim_fiber_before(struct sim_fiber *from, struct sim_fiber *to, int dying)
{

	(void)from;
	(void)to;
	(void)dying;
}

static void
sim_fiber_after(struct sim_fiber *self, int first)
{

	(void)self;
	(void)first;
}

static void
sim_fiber_reset(struct sim_fiber *f)
{

	(void)f;
}

#endif

static void
sim_fiber_enter(void)
{
	struct sim_fiber *self = entering;

	sim_fiber_after(self, 1);
	self->sf_fn(self->sf_arg);
	abort();
}

static struct sim_fiber *
sim_fiber_map(void)
{
	struct sim_fiber *f;
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	char *mem;

	f = calloc(1, sizeof(*f));
	mem = mmap(NULL, guard + SIM_FIBER_STACK_BYTES,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f == NULL || mem == MAP_FAILED ||
	    mprotect(mem, guard, PROT_NONE) == -1) {
		perror("sim: no memory for a stack");
		abort();
	}
	f->sf_stack = mem + guard;
	f->sf_stack_bytes = SIM_FIBER_STACK_BYTES;
	return f;
}

static void
sim_fiber_prepare(struct sim_fiber *f)
{

	if (getcontext(&f->sf_context) == -1)
		abort();
	f->sf_context.uc_stack.ss_sp = f->sf_stack;
	f->sf_context.uc_stack.ss_size = f->sf_stack_bytes;
	f->sf_context.uc_link = NULL;
	makecontext(&f->sf_context, sim_fiber_enter, 0);
	f->sf_fresh = 1;
}

struct sim_fiber *
sim_fiber_create(void (*fn)(void *), void *arg)
{
	struct sim_fiber *f;

	f = unused_fibers;
	if (f != NULL)
		unused_fibers = f->sf_next;
	else
		f = sim_fiber_map();
	sim_fiber_reset(f);
	f->sf_fn = fn;
	f->sf_arg = arg;
	sim_fiber_prepare(f);
	return f;
}

void
sim_fiber_destroy(struct sim_fiber *f)
{

	f->sf_next = unused_fibers;
	unused_fibers = f;
}

#if defined(SIM_FIBER_ASAN) || defined(SIM_FIBER_TSAN)

static void
sim_fiber_jump(struct sim_fiber *from, struct sim_fiber *to)
{

	volatile int back = 0;

	if (getcontext(&from->sf_context) == -1)
		abort();
	if (back)
		return;
	back = 1;
	to->sf_fresh = 0;
	setcontext(&to->sf_context);
	abort();
}

#else

static void
sim_fiber_jump(struct sim_fiber *from, struct sim_fiber *to)
{

	if (_setjmp(from->sf_jump) != 0)
		return;
	if (!to->sf_fresh)
		_longjmp(to->sf_jump, 1);
	to->sf_fresh = 0;
	setcontext(&to->sf_context);
	abort();
}

#endif

void
sim_fiber_switch(struct sim_fiber *from, struct sim_fiber *to, int dying)
{

	leaving = from;
	if (to->sf_fresh)
		entering = to;
	sim_fiber_before(from, to, dying);
	sim_fiber_jump(from, to);
	sim_fiber_after(from, 0);
}
