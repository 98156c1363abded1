/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/audio/audio_if.h: what is found at the attribute "midibus" is described
 * by audio's attach arguments.
 */

#ifndef _HOSTED_DEV_AUDIO_AUDIO_IF_H_
#define _HOSTED_DEV_AUDIO_AUDIO_IF_H_

#include <sys/types.h>

struct audio_attach_args {
	int		type;		/* AUDIODEV_TYPE_ */
	const void	*hwif;
	void		*hdl;
};

#define AUDIODEV_TYPE_AUDIO	0
#define AUDIODEV_TYPE_MIDI	1
#define AUDIODEV_TYPE_OPL	2
#define AUDIODEV_TYPE_MPU	3
#define AUDIODEV_TYPE_AUX	4

/* The cfprint_t of all of them. */
int	audioprint(void *, const char *);

#endif /* !_HOSTED_DEV_AUDIO_AUDIO_IF_H_ */
