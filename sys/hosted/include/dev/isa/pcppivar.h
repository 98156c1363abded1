/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/isa/pcppivar.h: the speaker of a PC, for what attaches to it.
 */

#ifndef _HOSTED_DEV_ISA_PCPPIVAR_H_
#define _HOSTED_DEV_ISA_PCPPIVAR_H_

typedef void	*pcppi_tag_t;

struct pcppi_attach_args {
	pcppi_tag_t	pa_cookie;
};

/* Sound at so many Hz for so many ticks, or, with either 0, be silent.  The
 * last argument is 0 here: nobody waits for the end.  Any context, with
 * tty_lock held. */
void	pcppi_bell_locked(pcppi_tag_t, int, int, int);

#endif /* !_HOSTED_DEV_ISA_PCPPIVAR_H_ */
