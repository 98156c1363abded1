/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/inttypes.h: formats of the integers of known width.
 */

#ifndef _HOSTED_SYS_INTTYPES_H_
#define _HOSTED_SYS_INTTYPES_H_

#include <sys/stdint.h>

#ifdef __LP64__
#define HOSTED_PRI64		"l"
#else
#define HOSTED_PRI64		"ll"
#endif

#define PRId32			"d"
#define PRIu32			"u"
#define PRIx32			"x"
#define PRId64			HOSTED_PRI64 "d"
#define PRIu64			HOSTED_PRI64 "u"
#define PRIx64			HOSTED_PRI64 "x"

#endif /* !_HOSTED_SYS_INTTYPES_H_ */
