/* SPDX-License-Identifier: BSD-2-Clause */
/* What the object manager can be told: which object carries which label. */
#ifndef OBJECT_MANAGER_COMMANDS_H
#define OBJECT_MANAGER_COMMANDS_H

/* Gives path and what is beneath it the label, staged. A negative errno if that fails. */
int label_path(int labels, const char *path, const char *label);

/*
 * Carries out one line and commits it: "label PATH NAME", "unlabel PATH". Says on standard
 * output what came of it: the confined program sees it with its very next access.
 */
void carry_out(int labels, char *line);

#endif /* OBJECT_MANAGER_COMMANDS_H */
