/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_broken.h: a broken kernel and the test that finds it out.  Each file here
 * has the name of the function that it breaks, for ld --wrap.  Plain C types
 * only.
 */

#ifndef _TESTS_HOSTED_H_BROKEN_H_
#define _TESTS_HOSTED_H_BROKEN_H_

struct h_broken {
	const char	*hb_what;
	void		(*hb_test)(void);
};
extern const struct h_broken h_broken;

#endif /* !_TESTS_HOSTED_H_BROKEN_H_ */
