/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What event filters keep in a credential.
 */
#ifndef _EVF_CRED_H
#define _EVF_CRED_H

#include <linux/cred.h>
#include "hooks.h"

struct evf_domain;
struct evf_pending;

/**
 * struct evf_cred - the blob of a credential
 * @domain: what confines its bearer, or NULL; a reference
 * @pending: layers that the next successful execve adds, or NULL; a reference
 *
 * Immutable once the credential is committed, like the rest of it.
 */
struct evf_cred {
	struct evf_domain *domain;
	struct evf_pending *pending;
};

/**
 * evf_cred() - our blob of a credential: every one has it
 * @cred: the credential
 *
 * Return: the blob, valid as long as @cred is.
 */
static inline struct evf_cred *evf_cred(const struct cred *cred)
{
	return cred->security + evf_blob_sizes.lbs_cred;
}

/**
 * evf_cred_domain() - what confines the bearer of a credential
 * @cred: the credential
 *
 * Return: the domain, valid as long as @cred is; or NULL.
 */
static inline const struct evf_domain *evf_cred_domain(const struct cred *cred)
{
	return evf_cred(cred)->domain;
}

/**
 * evf_current_domain() - the domain that a hook judges by
 *
 * Return: that of current's subjective credentials, valid until they change; or NULL.
 */
static inline const struct evf_domain *evf_current_domain(void)
{
	return evf_cred_domain(current_cred());
}

#endif /* _EVF_CRED_H */
