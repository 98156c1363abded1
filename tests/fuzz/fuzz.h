/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * fuzz.h: a program that takes any bytes; see fuzz_*.c and replay.c.
 */

#ifndef _TESTS_FUZZ_FUZZ_H_
#define _TESTS_FUZZ_FUZZ_H_

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for it: take the bytes, return 0. */
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* !_TESTS_FUZZ_FUZZ_H_ */
