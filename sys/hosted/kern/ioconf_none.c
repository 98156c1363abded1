/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ioconf_none.c: in the place of ioconf.c where the kernel begins without any
 * component and all of them join it later.
 */

#include <sys/param.h>

#include <hosted/kern/kern_impl.h>

const struct kern_ioconf *const kern_ioconfs[] = { NULL };
