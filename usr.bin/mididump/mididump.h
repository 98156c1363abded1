/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mididump.h: what mididump(1) is asked to do, and who does it.
 */

#ifndef _MIDIDUMP_MIDIDUMP_H_
#define _MIDIDUMP_MIDIDUMP_H_

#include "dump_out.h"

struct mididump_options {
	struct dump_out	out;
	const char	*file;		/* -f; NULL: the control node */
	const char	*raw;		/* -r; NULL: print */
	char		**operands;
	int		noperands;
	unsigned	dirs;		/* MIDICTL_IN, MIDICTL_OUT: wanted;
					   0: what there is */
	uint64_t	idle_ns;	/* -t; 0: none */
	long		count;		/* -n; -1: none */
	uint64_t	gap_ns;		/* -g */
	double		rate;		/* -b: bytes in a second; 0: none */
	bool		music;		/* -m */
	bool		send;		/* -s */
	bool		verbose;	/* -v */
};

/* These return the exit status, or end the program with a message. */

/* dump_listen.c: listen to ports by the control node, which is open. */
int	dump_listen(struct mididump_options *opt, const char *path, int fd);
/* dump_file.c: look at a file, whatever it is, or a node. */
int	dump_file(struct mididump_options *opt);
/* dump_seq.c: look at what the sequencer, which is open, receives. */
int	dump_seq(struct mididump_options *opt, const char *path, int fd);
/* dump_send.c */
int	dump_send(struct mididump_options *opt);

/* When it is to end because nothing comes, by stopsig_now_ns(); 0: never. */
uint64_t mididump_deadline_ns(const struct mididump_options *opt);
/* How it ended: by time or count, a signal, or an error. */
int	mididump_status(const struct mididump_options *opt);

#endif /* !_MIDIDUMP_MIDIDUMP_H_ */
