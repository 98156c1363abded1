/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * device_release.c: a reference that is let go twice.
 */

#include <sys/param.h>
#include <sys/device.h>

#include "../kernspace/ks_tests.h"
#include "h_broken.h"

void	__wrap_device_release(device_t);
void	__real_device_release(device_t);

/* The first release lets go of two; the second of the same device is then
 * the one that was too many. */
void
__wrap_device_release(device_t dev)
{
	static device_t twice;

	if (twice == NULL) {
		twice = dev;
		__real_device_release(dev);
	} else if (dev == twice)
		return;
	__real_device_release(dev);
}

const struct h_broken h_broken = {
	"a reference that is let go twice",
	ks_autoconf_reference
};
