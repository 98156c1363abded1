/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_mem_test.c: linux_mem.c, whose copies to and from programs are
 * host_run_linux.c's here.
 */

#include "linux.h"

#define host_copyin	linux_mem_copyin
#define host_copyout	linux_mem_copyout

int	linux_mem_copyin(const void *, void *, unsigned long);
int	linux_mem_copyout(const void *, void *, unsigned long);

#include "linux_mem.c"
