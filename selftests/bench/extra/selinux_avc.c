// SPDX-License-Identifier: BSD-2-Clause
/*
 * selinux_avc FOLDER TIMES ref|none: asks libselinux's access vector cache the same so many times, with or without a
 * reference by which the caller remembers the entry. FOLDER becomes what that library takes for selinuxfs: a page of
 * status, and the kernel's answer to the one question that isn't in the cache yet. avc.sh counts instructions.
 */
#include <fcntl.h>
#include <selinux/avc.h>
#include <selinux/selinux.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTEXT "system_u:system_r:kernel_t:s0"

/* What the library writes to "access" ends where the answer begins */
static void make(const char *folder, const char *name, const char *bytes, size_t size)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
		perror(path);
		exit(2);
	}
}

/* Version 1, an even sequence number, not enforcing */
static void make_selinuxfs(const char *folder, unsigned short class)
{
	static char status[4096] = { 1 };
	char access[4096] = "";
	const int asked = snprintf(access, sizeof(access), CONTEXT " " CONTEXT " %hu %x", class, 1U);

	memset(access, ' ', (size_t)asked);
	snprintf(access + asked, sizeof(access) - (size_t)asked, "1 ffffffff 0 0 1 0");
	make(folder, "status", status, sizeof(status));
	make(folder, "access", access, sizeof(access));
	set_selinuxmnt(folder);
}

int main(int argc, char **argv)
{
	const unsigned short class = 7;
	security_id_t subject, object;
	struct selinux_opt permissive = { AVC_OPT_SETENFORCE, NULL };
	struct avc_entry_ref ref;
	bool has_ref;
	long times;

	if (argc != 4)
		return 2;
	has_ref = !strcmp(argv[3], "ref");
	make_selinuxfs(argv[1], class);
	if (avc_open(&permissive, 1) != 0 || avc_context_to_sid(CONTEXT, &subject) != 0 ||
	    avc_context_to_sid(CONTEXT, &object) != 0) {
		perror("avc");
		return 2;
	}
	avc_entry_ref_init(&ref);
	for (times = atol(argv[2]); times > 0; times--) {
		if (avc_has_perm_noaudit(subject, object, class, 1, has_ref ? &ref : NULL, NULL) != 0) {
			perror("avc_has_perm_noaudit");
			return 2;
		}
	}
	return 0;
}
