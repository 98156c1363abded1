/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_isa.c: the ISA bus.
 *
 * There is one, isa0, from the first device on.  A device is attached as one
 * line of a configuration would have it, which is made for the purpose and
 * goes with the device; the driver's match looks for the device, or does not
 * believe in it.
 *
 * A handler runs in the host's interrupt, at the level that it was
 * established with.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <dev/isa/isavar.h>

#include <hosted/kern/kern_impl.h>

#include "ioconf.h"

enum isa_locator {
	ISA_LOC_PORT,
	ISA_LOC_SIZE,
	ISA_LOC_IOMEM,
	ISA_LOC_IOSIZ,
	ISA_LOC_IRQ,
	ISA_LOC_DRQ,
	ISA_LOC_DRQ2,
	ISA_NLOCS
};

/* A line of a configuration, and its device. */
struct isa_line {
	struct cfdata	il_cf;		/* first: the device's cfdata is this */
	int		il_loc[ISA_NLOCS];
	char		il_atname[32];
};

struct isa_handler {
	struct host_intr *ih_intr;
	int		(*ih_fn)(void *);
	void		*ih_arg;
	int		ih_ipl;
};

static int	isa_match(device_t, cfdata_t, void *);
static void	isa_attach(device_t, device_t, void *);
static int	isa_detach(device_t, int);
static void	isa_childdet(device_t, device_t);

CFATTACH_DECL2_NEW(isa, 0, isa_match, isa_attach, isa_detach, NULL, NULL,
    isa_childdet);

static struct cfdata isa_cfdata = {
	.cf_name = "isa",
	.cf_atname = "isa",
	.cf_unit = 0,
	.cf_fstate = FSTATE_NOTFOUND,
};

static const struct cfparent isa_parent = { "isa", "isa", DVUNIT_ANY };

static int
isa_match(device_t parent, cfdata_t cf, void *aux)
{

	return 1;
}

static void
isa_attach(device_t parent, device_t self, void *aux)
{

	aprint_normal("%s at root\n", device_xname(self));
}

static int
isa_detach(device_t self, int flags)
{

	return config_detach_children(self, flags);
}

static void
isa_childdet(device_t self, device_t child)
{
	struct isa_line *il = (struct isa_line *)device_cfdata(child);

	kmem_free(il, sizeof(*il));
}

static int
isa_print(void *aux, const char *pnp)
{
	const struct isa_attach_args *ia = aux;
	int i;

	for (i = 0; i < ia->ia_nio; i++) {
		aprint_normal(" port 0x%x", (u_int)ia->ia_io[i].ir_addr);
		if (ia->ia_io[i].ir_size > 1)
			aprint_normal("-0x%x", (u_int)(ia->ia_io[i].ir_addr +
			    ia->ia_io[i].ir_size - 1));
	}
	for (i = 0; i < ia->ia_nirq; i++) {
		if (ia->ia_irq[i].ir_irq != ISA_UNKNOWN_IRQ)
			aprint_normal(" irq %d", ia->ia_irq[i].ir_irq);
	}
	return UNCONF;
}

/* isa0, with a reference. */
static device_t
isa_bus(void)
{
	device_t isa;

	isa = device_lookup_acquire(&isa_cd, 0);
	if (isa == NULL)
		isa = config_attach_pseudo_acquire(&isa_cfdata, NULL);
	if (isa == NULL)
		isa = device_lookup_acquire(&isa_cd, 0);
	return isa;
}

/* Is there such a driver, with an attachment here: "NAME_isa" or "NAME"? */
static bool
isa_driver(struct isa_line *il, const char *name)
{
	const struct cfdriver *cd;
	const struct cfattach *ca;

	(void)snprintf(il->il_atname, sizeof(il->il_atname), "%s_isa", name);
	kern_autoconf_lock();
	cd = kern_cftable_driver(name);
	ca = kern_cftable_attach(cd, il->il_atname);
	if (ca == NULL)
		ca = kern_cftable_attach(cd, name);
	kern_autoconf_unlock();
	if (ca == NULL)
		return false;
	il->il_cf.cf_name = cd->cd_name;
	il->il_cf.cf_atname = ca->ca_name;
	return true;
}

/* Match and attach; ENXIO when the device is not there. */
static int
isa_found(device_t isa, struct isa_line *il, int *unit)
{
	struct isa_io io = { .ir_addr = il->il_loc[ISA_LOC_PORT] };
	struct isa_irq irq = { .ir_irq = il->il_loc[ISA_LOC_IRQ] };
	struct isa_drq drq[2] = {
		{ .ir_drq = ISA_UNKNOWN_DRQ }, { .ir_drq = ISA_UNKNOWN_DRQ }
	};
	struct isa_iomem iomem = { .ir_addr = ISA_UNKNOWN_IOMEM };
	struct isa_attach_args ia = {
		.ia_iot = kern_bus_isa(),
		.ia_io = &io, .ia_nio = 1,
		.ia_iomem = &iomem, .ia_niomem = 1,
		.ia_irq = &irq, .ia_nirq = 1,
		.ia_drq = drq, .ia_ndrq = __arraycount(drq),
	};
	device_t dev;

	if (config_match(isa, &il->il_cf, &ia) == 0)
		return ENXIO;
	dev = config_attach_acquire(isa, &il->il_cf, &ia, isa_print,
	    CFARGS(.locators = il->il_loc));
	if (dev == NULL)
		return ENXIO;
	if (unit != NULL)
		*unit = device_unit(dev);
	device_release(dev);
	return 0;
}

int
hosted_attach_isa(const char *name, int port, int irq, int flags, int *unit)
{
	struct isa_line *il;
	device_t isa;
	int error;

	il = kmem_zalloc(sizeof(*il), KM_SLEEP);
	il->il_cf.cf_fstate = FSTATE_STAR;
	il->il_cf.cf_loc = il->il_loc;
	il->il_cf.cf_flags = flags;
	il->il_cf.cf_pspec = &isa_parent;
	il->il_loc[ISA_LOC_PORT] = port;
	il->il_loc[ISA_LOC_SIZE] = ISA_UNKNOWN_IOSIZ;
	il->il_loc[ISA_LOC_IOMEM] = ISA_UNKNOWN_IOMEM;
	il->il_loc[ISA_LOC_IOSIZ] = ISA_UNKNOWN_IOSIZ;
	il->il_loc[ISA_LOC_IRQ] = irq;
	il->il_loc[ISA_LOC_DRQ] = il->il_loc[ISA_LOC_DRQ2] = ISA_UNKNOWN_DRQ;
	isa = isa_driver(il, name) ? isa_bus() : NULL;
	if (isa == NULL)
		error = ENODEV;
	else {
		error = isa_found(isa, il, unit);
		device_release(isa);
	}
	if (error)
		kmem_free(il, sizeof(*il));
	return error;
}

/*
 * Interrupts.
 */

static int
isa_interrupt(void *arg)
{
	const struct isa_handler *ih = arg;
	struct kern_lwp *kl = kern_lwp_self();
	const int ipl = kl->kl_ipl;
	const u_int nheld __diagused = kl->kl_nheld;
	int mine;

	kl->kl_ipl = ih->ih_ipl;
	mine = (*ih->ih_fn)(ih->ih_arg);
	KASSERTMSG(kl->kl_nheld == nheld,
	    "isa: a handler returned with a mutex held");
	kl->kl_ipl = ipl;
	return mine;
}

void *
isa_intr_establish_xname(isa_chipset_tag_t ic, int irq, int type, int level,
    int (*fn)(void *), void *arg, const char *xname)
{
	struct isa_handler *ih;

	KASSERT(level >= IPL_VM);
	kern_lwp_assert_unlocked("isa_intr_establish");
	ih = kmem_zalloc(sizeof(*ih), KM_SLEEP);
	ih->ih_fn = fn;
	ih->ih_arg = arg;
	ih->ih_ipl = level;
	if (host_intr_establish(irq, isa_interrupt, ih, xname,
	    &ih->ih_intr) != 0) {
		kmem_free(ih, sizeof(*ih));
		return NULL;
	}
	return ih;
}

void
isa_intr_disestablish(isa_chipset_tag_t ic, void *cookie)
{
	struct isa_handler *ih = cookie;

	kern_lwp_assert_unlocked("isa_intr_disestablish");
	host_intr_disestablish(ih->ih_intr);
	kmem_free(ih, sizeof(*ih));
}
