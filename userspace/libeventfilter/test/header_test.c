// SPDX-License-Identifier: BSD-2-Clause
/* The header stands alone in C, and its functions have addresses of the types it says. */
#include "eventfilter.h"

int (*const header_compiles_in_c[])(int, unsigned int) = {
	eventfilter_ruleset_create,
	eventfilter_enforce,
	eventfilter_confine_exec,
};
