/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_cftable.c: the tables of autoconf: drivers, their attachments, and
 * the lines of the configuration; and the search for the line that fits what
 * was found.
 *
 * The tables change under the autoconf lock.  The match functions of drivers
 * are called without it, over lines that stay as long as their component
 * does.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <hosted/kern/kern_device.h>
#include <hosted/kern/kern_impl.h>

struct cftable {
	TAILQ_ENTRY(cftable) ct_entry;
	cfdata_t	ct_cfdata;
};

static LIST_HEAD(, cfdriver) cftable_drivers =
    LIST_HEAD_INITIALIZER(cftable_drivers);
static TAILQ_HEAD(, cftable) cftable_tables =
    TAILQ_HEAD_INITIALIZER(cftable_tables);

struct cfdriver *
kern_cftable_driver(const char *name)
{
	struct cfdriver *cd;

	LIST_FOREACH(cd, &cftable_drivers, cd_list) {
		if (strcmp(cd->cd_name, name) == 0)
			return cd;
	}
	return NULL;
}

struct cfattach *
kern_cftable_attach(const struct cfdriver *cd, const char *name)
{
	struct cfattach *ca;

	if (cd == NULL)
		return NULL;
	LIST_FOREACH(ca, &cd->cd_attach, ca_list) {
		if (strcmp(ca->ca_name, name) == 0)
			return ca;
	}
	return NULL;
}

static int
cftable_driver_attach(struct cfdriver *cd)
{
	int error = 0;

	kern_autoconf_lock();
	if (kern_cftable_driver(cd->cd_name) != NULL)
		error = EEXIST;
	else {
		LIST_INIT(&cd->cd_attach);
		LIST_INSERT_HEAD(&cftable_drivers, cd, cd_list);
	}
	kern_autoconf_unlock();
	return error;
}

static int
cftable_driver_detach(struct cfdriver *cd)
{
	device_t *devs = NULL;
	int error = 0, i, n = 0;

	kern_autoconf_lock();
	for (i = 0; i < cd->cd_ndevs; i++) {
		if (cd->cd_devs[i] != NULL)
			error = EBUSY;
	}
	if (!LIST_EMPTY(&cd->cd_attach))
		error = EBUSY;
	if (kern_cftable_driver(cd->cd_name) != cd)
		error = ESRCH;
	if (error == 0) {
		LIST_REMOVE(cd, cd_list);
		devs = cd->cd_devs;
		n = cd->cd_ndevs;
		cd->cd_devs = NULL;
		cd->cd_ndevs = 0;
	}
	kern_autoconf_unlock();
	if (error == 0)
		kern_unit_forget(cd);
	if (devs != NULL)
		kmem_free(devs, (size_t)n * sizeof(*devs));
	return error;
}

int
config_cfattach_attach(const char *driver, struct cfattach *ca)
{
	struct cfdriver *cd;
	int error = 0;

	kern_autoconf_lock();
	cd = kern_cftable_driver(driver);
	if (cd == NULL)
		error = ESRCH;
	else if (kern_cftable_attach(cd, ca->ca_name) != NULL)
		error = EEXIST;
	else
		LIST_INSERT_HEAD(&cd->cd_attach, ca, ca_list);
	kern_autoconf_unlock();
	return error;
}

int
config_cfattach_detach(const char *driver, struct cfattach *ca)
{
	struct cfdriver *cd;
	int error = 0, i;

	kern_autoconf_lock();
	cd = kern_cftable_driver(driver);
	if (kern_cftable_attach(cd, ca->ca_name) != ca)
		error = ESRCH;
	for (i = 0; error == 0 && i < cd->cd_ndevs; i++) {
		if (cd->cd_devs[i] != NULL &&
		    device_cfattach(cd->cd_devs[i]) == ca)
			error = EBUSY;
	}
	if (error == 0)
		LIST_REMOVE(ca, ca_list);
	kern_autoconf_unlock();
	return error;
}

static int
cftable_data_attach(cfdata_t cf, int scan __unused)
{
	struct cftable *ct;

	ct = kmem_alloc(sizeof(*ct), KM_SLEEP);
	ct->ct_cfdata = cf;
	kern_autoconf_lock();
	TAILQ_INSERT_TAIL(&cftable_tables, ct, ct_entry);
	kern_autoconf_unlock();
	return 0;
}

static int
cftable_data_detach(cfdata_t cf)
{
	struct cftable *ct;

	kern_autoconf_lock();
	TAILQ_FOREACH(ct, &cftable_tables, ct_entry) {
		if (ct->ct_cfdata == cf) {
			TAILQ_REMOVE(&cftable_tables, ct, ct_entry);
			break;
		}
	}
	kern_autoconf_unlock();
	if (ct == NULL)
		return ESRCH;
	kmem_free(ct, sizeof(*ct));
	return 0;
}

/*
 * Components: all of the above at once.
 */

/* The nth attachment of a list of lists, with its driver; NULL behind the
 * last. */
static struct cfattach *
cftable_nth(const struct cfattachinit *cfai, int n, const char **driver)
{
	int i;

	for (; cfai != NULL && cfai->cfai_name != NULL; cfai++) {
		for (i = 0; cfai->cfai_list[i] != NULL; i++) {
			if (n-- == 0) {
				*driver = cfai->cfai_name;
				return cfai->cfai_list[i];
			}
		}
	}
	return NULL;
}

/* The first nca attachments and the first ncd drivers out again.  The first
 * error; the rest is tried all the same. */
static int
cftable_out(struct cfdriver *const *cds, int ncd,
    const struct cfattachinit *cfai, int nca)
{
	struct cfattach *ca;
	const char *driver = NULL;
	int error, first = 0;

	while (nca-- > 0) {
		ca = cftable_nth(cfai, nca, &driver);
		error = config_cfattach_detach(driver, ca);
		if (first == 0)
			first = error;
	}
	while (ncd-- > 0) {
		error = cftable_driver_detach(cds[ncd]);
		if (first == 0)
			first = error;
	}
	return first;
}

int
config_init_component(struct cfdriver *const *cds,
    const struct cfattachinit *cfai, struct cfdata *cf)
{
	int error = 0, nca = 0, ncd = 0;
	struct cfattach *ca;
	const char *driver = NULL;

	for (; cds != NULL && cds[ncd] != NULL; ncd++) {
		error = cftable_driver_attach(cds[ncd]);
		if (error)
			goto out;
	}
	for (; (ca = cftable_nth(cfai, nca, &driver)) != NULL; nca++) {
		error = config_cfattach_attach(driver, ca);
		if (error)
			goto out;
	}
	if (cf != NULL)
		error = cftable_data_attach(cf, 0);
out:
	if (error)
		(void)cftable_out(cds, ncd, cfai, nca);
	return error;
}

int
config_fini_component(struct cfdriver *const *cds,
    const struct cfattachinit *cfai, struct cfdata *cf)
{
	int error = 0, first = 0, nca = 0, ncd = 0;
	const char *driver = NULL;

	if (cf != NULL)
		first = cftable_data_detach(cf);
	while (cds != NULL && cds[ncd] != NULL)
		ncd++;
	while (cftable_nth(cfai, nca, &driver) != NULL)
		nca++;
	error = cftable_out(cds, ncd, cfai, nca);
	return first != 0 ? first : error;
}

/* At shutdown: whatever pseudo-devices have put in by themselves. */
void
kern_cftable_fini(void)
{
	struct cfdriver *cd;
	struct cfattach *ca;
	struct cftable *ct;

	while ((ct = TAILQ_FIRST(&cftable_tables)) != NULL)
		(void)cftable_data_detach(ct->ct_cfdata);
	while ((cd = LIST_FIRST(&cftable_drivers)) != NULL) {
		while ((ca = LIST_FIRST(&cd->cd_attach)) != NULL)
			LIST_REMOVE(ca, ca_list);
		if (cftable_driver_detach(cd) != 0)
			panic("autoconf: %s has devices at shutdown",
			    cd->cd_name);
	}
}

/*
 * The search.
 */

static bool
cftable_has_iattr(const struct cfdriver *cd, const char *iattr)
{
	int i;

	for (i = 0; cd->cd_attrs != NULL && cd->cd_attrs[i] != NULL; i++) {
		if (strcmp(cd->cd_attrs[i]->ci_name, iattr) == 0)
			return true;
	}
	return false;
}

/* Does the line speak of this parent and attribute, and is it free? */
static bool
cftable_fits(device_t parent, const struct cfdata *cf, const char *iattr)
{
	const struct cfparent *cfp = cf->cf_pspec;

	if (cfp == NULL || cf->cf_fstate == FSTATE_FOUND)
		return false;
	if (iattr != NULL && strcmp(cfp->cfp_iattr, iattr) != 0)
		return false;
	if (!cftable_has_iattr(device_cfdriver(parent), cfp->cfp_iattr))
		return false;
	if (cfp->cfp_parent == NULL)
		return true;
	return device_is_a(parent, cfp->cfp_parent) &&
	    (cfp->cfp_unit == DVUNIT_ANY ||
	    cfp->cfp_unit == device_unit(parent));
}

int
config_match(device_t parent, cfdata_t cf, void *aux)
{
	struct cfattach *ca;

	kern_autoconf_lock();
	ca = kern_cftable_attach(kern_cftable_driver(cf->cf_name),
	    cf->cf_atname);
	kern_autoconf_unlock();
	return ca == NULL ? 0 : (*ca->ca_match)(parent, cf, aux);
}

static int
cftable_match(device_t parent, cfdata_t cf, void *aux,
    const struct cfargs *args)
{

	if (args != NULL && args->search != NULL)
		return (*args->search)(parent, cf, args->locators, aux);
	if (args != NULL && args->submatch != NULL)
		return (*args->submatch)(parent, cf, args->locators, aux);
	return config_match(parent, cf, aux);
}

cfdata_t
config_search(device_t parent, void *aux, const struct cfargs *args)
{
	const char *iattr = args == NULL ? NULL : args->iattr;
	cfdata_t best = NULL, cf;
	int bestmatch = 0, match;
	struct cftable *ct;

	TAILQ_FOREACH(ct, &cftable_tables, ct_entry) {
		for (cf = ct->ct_cfdata; cf->cf_name != NULL; cf++) {
			if (!cftable_fits(parent, cf, iattr))
				continue;
			match = cftable_match(parent, cf, aux, args);
			if (match > bestmatch) {
				bestmatch = match;
				best = cf;
			}
		}
	}
	return best;
}
