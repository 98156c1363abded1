/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/stdint.h: integers of known width, from the compiler.
 */

#ifndef _HOSTED_SYS_STDINT_H_
#define _HOSTED_SYS_STDINT_H_

typedef __INT8_TYPE__		int8_t;
typedef __INT16_TYPE__		int16_t;
typedef __INT32_TYPE__		int32_t;
typedef __INT64_TYPE__		int64_t;
typedef __UINT8_TYPE__		uint8_t;
typedef __UINT16_TYPE__		uint16_t;
typedef __UINT32_TYPE__		uint32_t;
typedef __UINT64_TYPE__		uint64_t;
typedef __UINT_FAST8_TYPE__	uint_fast8_t;
typedef __UINT_FAST16_TYPE__	uint_fast16_t;
typedef __UINT_FAST32_TYPE__	uint_fast32_t;
typedef __INTPTR_TYPE__		intptr_t;
typedef __UINTPTR_TYPE__	uintptr_t;
typedef __INTMAX_TYPE__		intmax_t;
typedef __UINTMAX_TYPE__	uintmax_t;

#define INT8_MAX		0x7f
#define INT16_MAX		0x7fff
#define INT32_MAX		__INT32_MAX__
#define INT64_MAX		__INT64_MAX__
#define INT8_MIN		(-INT8_MAX - 1)
#define INT16_MIN		(-INT16_MAX - 1)
#define INT32_MIN		(-INT32_MAX - 1)
#define INT64_MIN		(-INT64_MAX - 1)
#define UINT8_MAX		0xff
#define UINT16_MAX		0xffff
#define UINT32_MAX		__UINT32_MAX__
#define UINT64_MAX		__UINT64_MAX__
#define INTPTR_MAX		__INTPTR_MAX__
#define UINTPTR_MAX		__UINTPTR_MAX__
#define INTMAX_MAX		__INTMAX_MAX__
#define UINTMAX_MAX		__UINTMAX_MAX__
#define SIZE_MAX		__SIZE_MAX__

#define INT32_C(c)		((int32_t)(c))
#define INT64_C(c)		((int64_t)(c ## LL))
#define UINT32_C(c)		((uint32_t)(c ## U))
#define UINT64_C(c)		((uint64_t)(c ## ULL))

#endif /* !_HOSTED_SYS_STDINT_H_ */
