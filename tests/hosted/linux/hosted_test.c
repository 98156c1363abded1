/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * hosted_test.c: the module bsdmidi_test: a hosted kernel of its own with the
 * configuration of the conformance tests.  Loading it with case=NAME boots the
 * kernel, runs that test in it and shuts it down; whether that was right is
 * whether the module loads, and dmesg says what was not.
 */

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "linux.h"

struct test_case {
	const char	*tc_name;
	void		(*tc_fn)(void);
};

/* The cases of t_*.c, made by Kbuild: TEST_CASE(name), and TEST_PANIC(name),
 * which ends the machine. */
#define TEST_CASE(name)		void ks_##name(void);
#define TEST_PANIC(name)	TEST_CASE(name)
#include "cases.h"
#undef TEST_CASE
#define TEST_CASE(name)		{ #name, ks_##name },
static const struct test_case test_cases[] = {
#include "cases.h"
};

static char *test_name = "";
module_param_named(case, test_name, charp, 0444);
MODULE_PARM_DESC(case, "the test to run");

static atomic_t test_failures;

void	ks_fail(const char *file, int line, const char *what);

void
ks_fail(const char *file, int line, const char *what)
{

	atomic_inc(&test_failures);
	pr_info("bsdmidi_test: %s: %s:%d: %s\n", test_name, file, line, what);
}

static void
test_run(const struct test_case *tc)
{
	struct host_thread t;
	unsigned long left;
	int error;

	linux_enter(&t);
	error = hosted_boot();
	if (error == 0) {
		(*tc->tc_fn)();
		left = hosted_shutdown();
		if (left != 0)
			ks_fail("shutdown", (int)left, "leaked");
	} else
		ks_fail("boot", error, "error");
	linux_leave(&t);
}

static int __init
test_init(void)
{
	size_t i;
	int error;

	for (i = 0; i < ARRAY_SIZE(test_cases); i++) {
		if (strcmp(test_cases[i].tc_name, test_name) == 0)
			break;
	}
	if (i == ARRAY_SIZE(test_cases))
		return -ENOENT;
	error = linux_dev_init();
	if (error)
		return -error;
	test_run(&test_cases[i]);
	linux_sync_fini();
	linux_dev_fini();
	return atomic_read(&test_failures) == 0 ? 0 : -EIO;
}

static void __exit
test_exit(void)
{

}

module_init(test_init);
module_exit(test_exit);

LINUX_MODULE("Conformance tests of bsdmidi's kernel interface");
