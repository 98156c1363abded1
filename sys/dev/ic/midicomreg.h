/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midicomreg.h: registers of a 16550 and its ancestors, as far as midicom(4)
 * uses them.
 */

#ifndef _DEV_IC_MIDICOMREG_H_
#define _DEV_IC_MIDICOMREG_H_

#define MIDICOM_NPORT		8

#define MIDICOM_DATA		0
#define MIDICOM_DLL		0	/* with LCR_DLAB: the divisor */
#define MIDICOM_DLM		1
#define MIDICOM_IER		1	/* which interrupts */
#define MIDICOM_IIR		2	/* read: why */
#define MIDICOM_FCR		2	/* write: FIFO */
#define MIDICOM_LCR		3	/* line control */
#define MIDICOM_MCR		4	/* modem control */
#define MIDICOM_LSR		5	/* line status; reading clears errors */
#define MIDICOM_MSR		6	/* modem status */

#define MIDICOM_IER_RX		0x01	/* there is a byte */
#define MIDICOM_IER_TX		0x02	/* there is room */
#define MIDICOM_IER_LINE	0x04	/* there is an error */

#define MIDICOM_IIR_NONE	0x01	/* no interrupt */
#define MIDICOM_IIR_ZERO	0x30	/* always 0 */
#define MIDICOM_IIR_FIFO	0xc0	/* both: a FIFO that works */

#define MIDICOM_FCR_ENABLE	0x01
#define MIDICOM_FCR_RX_RESET	0x02
#define MIDICOM_FCR_TX_RESET	0x04
#define MIDICOM_FCR_TRIGGER_1	0x00	/* interrupt at the first byte */

#define MIDICOM_LCR_8N1		0x03
#define MIDICOM_LCR_DLAB	0x80

#define MIDICOM_MCR_DTR		0x01
#define MIDICOM_MCR_RTS		0x02
#define MIDICOM_MCR_OUT2	0x08	/* lets interrupts through on a PC */
#define MIDICOM_MCR_LOOP	0x10

#define MIDICOM_LSR_READY	0x01	/* there is a byte */
#define MIDICOM_LSR_OVERRUN	0x02	/* one before it was lost */
#define MIDICOM_LSR_PARITY	0x04
#define MIDICOM_LSR_FRAMING	0x08	/* its stop bit was missing */
#define MIDICOM_LSR_BREAK	0x10	/* it is no byte at all */
#define MIDICOM_LSR_EMPTY	0x20	/* room for a byte, or a FIFO's worth */
#define MIDICOM_LSR_NOBODY	0xff	/* where there is no chip */

/* In loop mode outputs are seen as inputs. */
#define MIDICOM_MSR_LOOP_RTS	0x10
#define MIDICOM_MSR_LOOP_OUT2	0x80
#define MIDICOM_MSR_INPUTS	0xf0

#endif /* !_DEV_IC_MIDICOMREG_H_ */
