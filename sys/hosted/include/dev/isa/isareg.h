/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/isa/isareg.h: well-known ports of a PC.
 */

#ifndef _HOSTED_DEV_ISA_ISAREG_H_
#define _HOSTED_DEV_ISA_ISAREG_H_

#define IO_TIMER1		0x040	/* the timer */
#define IO_PPI			0x061	/* its gate, and the speaker's */
#define IO_COM4			0x2e8
#define IO_COM2			0x2f8
#define IO_COM3			0x3e8
#define IO_COM1			0x3f8

#define IO_COMSIZE		8	/* ports of a UART */

#endif /* !_HOSTED_DEV_ISA_ISAREG_H_ */
