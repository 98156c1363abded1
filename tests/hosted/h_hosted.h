/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_hosted.h: running the kernel's side of a conformance test from ATF.
 *
 * The kernel's side is a function that is called in a booted kernel and says
 * ks_fail() where something is wrong (kernspace/ks.h).
 */

#ifndef _TESTS_HOSTED_H_HOSTED_H_
#define _TESTS_HOSTED_H_HOSTED_H_

/* Boot, run, shut down, with every seed.  NULL, or what went wrong first:
 * a check, a panic, a leak, a deadlock. */
const char *h_hosted_run(void (*fn)(void));
/* The same once, for a function that must panic; the text must have these
 * words in it. */
const char *h_hosted_panic(void (*fn)(void), const char *words);

/* A test case of each kind. */
#define H_CASE(name, what)						\
void	ks_##name(void);						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "descr", "%s", what);			\
	atf_tc_set_md_var(tc, "timeout", "60");				\
}									\
ATF_TC_BODY(name, tc)							\
{									\
	const char *wrong = h_hosted_run(ks_##name);			\
									\
	ATF_CHECK_MSG(wrong == NULL, "%s", wrong);			\
}
#define H_PANIC(name, words, what)					\
void	ks_##name(void);						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "descr", "%s", what);			\
	atf_tc_set_md_var(tc, "timeout", "60");				\
}									\
ATF_TC_BODY(name, tc)							\
{									\
	const char *wrong = h_hosted_panic(ks_##name, words);		\
									\
	ATF_CHECK_MSG(wrong == NULL, "%s", wrong);			\
}

#endif /* !_TESTS_HOSTED_H_HOSTED_H_ */
