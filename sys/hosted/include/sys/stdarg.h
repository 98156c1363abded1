/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/stdarg.h: variable arguments, from the compiler.
 */

#ifndef _HOSTED_SYS_STDARG_H_
#define _HOSTED_SYS_STDARG_H_

typedef __builtin_va_list	va_list;

#define va_start(ap, last)	__builtin_va_start((ap), last)
#define va_end(ap)		__builtin_va_end((ap))
#define va_arg(ap, type)	__builtin_va_arg((ap), type)
#define va_copy(to, from)	__builtin_va_copy((to), (from))

#endif /* !_HOSTED_SYS_STDARG_H_ */
