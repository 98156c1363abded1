/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dump_smf.h: a Standard MIDI File as text; see dump_smf.c.
 */

#ifndef _MIDIDUMP_DUMP_SMF_H_
#define _MIDIDUMP_DUMP_SMF_H_

#include "mididump.h"

/* Print the file fd, of which n bytes have been read.  The exit status. */
int	dump_smf(struct mididump_options *opt, const char *name, int fd,
	    const uint8_t *begin, size_t n);

#endif /* !_MIDIDUMP_DUMP_SMF_H_ */
