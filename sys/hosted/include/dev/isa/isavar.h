/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * dev/isa/isavar.h: the ISA bus, for its drivers.
 */

#ifndef _HOSTED_DEV_ISA_ISAVAR_H_
#define _HOSTED_DEV_ISA_ISAVAR_H_

#include <sys/types.h>
#include <sys/bus.h>

/* What a line of the configuration leaves open. */
#define ISA_UNKNOWN_PORT	(-1)
#define ISA_UNKNOWN_IOMEM	(-1)
#define ISA_UNKNOWN_IOSIZ	0
#define ISA_UNKNOWN_IRQ		(-1)
#define ISA_UNKNOWN_DRQ		(-1)

typedef struct hosted_isa_chipset *isa_chipset_tag_t;

struct isa_io {
	int	ir_addr;
	int	ir_size;
};

struct isa_iomem {
	int	ir_addr;
	int	ir_size;
};

struct isa_irq {
	int	ir_irq;
};

struct isa_drq {
	int	ir_drq;
};

struct isa_pnpname;

/* What a driver's match and attach are given.  A match that succeeds leaves in
 * it what the driver uses. */
struct isa_attach_args {
	bus_space_tag_t	ia_iot;
	bus_space_tag_t	ia_memt;	/* NULL: no memory here */
	bus_dma_tag_t	ia_dmat;	/* NULL: no DMA here */
	isa_chipset_tag_t ia_ic;
	char		*ia_pnpname;
	struct isa_pnpname *ia_pnpcompatnames;
	struct isa_io	*ia_io;
	int		ia_nio;
	struct isa_iomem *ia_iomem;
	int		ia_niomem;
	struct isa_irq	*ia_irq;
	int		ia_nirq;
	struct isa_drq	*ia_drq;
	int		ia_ndrq;
	void		*ia_aux;
};

/* The bus itself knows that the device is there. */
#define ISA_DIRECT_CONFIG(ia)	\
	((ia)->ia_pnpname != NULL || (ia)->ia_pnpcompatnames != NULL)

/*
 * Call the function at each interrupt of the line, of the type IST_, at the
 * level IPL_.  It says whether the interrupt was for it; several may share a
 * line.  NULL: not possible here.  Thread context, no lock held.
 */
void	*isa_intr_establish_xname(isa_chipset_tag_t, int, int, int,
	    int (*)(void *), void *, const char *);
/* Wait for a function that runs, then forget it.  Thread context, no lock
 * held. */
void	isa_intr_disestablish(isa_chipset_tag_t, void *);

#endif /* !_HOSTED_DEV_ISA_ISAVAR_H_ */
