// SPDX-License-Identifier: BSD-2-Clause
// Prints docs/events.md from the table of object events: see events_doc.sh.
#include <stdio.h>

#include "core/event.h"

static const char *type_of(const struct evf_field *field)
{
	static char text[8];

	switch (field->kind) {
	case EVF_KIND_UID:
		return "uid";
	case EVF_KIND_GID:
		return "gid";
	case EVF_KIND_LABEL:
		return "label";
	case EVF_KIND_STRING:
		return "string";
	}
	snprintf(text, sizeof(text), "%c%d", field->is_signed ? 's' : 'u', 8 * field->size);
	return text;
}

int main(void)
{
	puts("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
	     "<!-- Made by scripts/events_doc.sh from kernel/seccomp_filter/core/event_list.h -->\n"
	     "# Object events\n\n"
	     "What a ruleset may name besides system calls, and what it may compare. The names are those of\n"
	     "the trace events `eventfilter:NAME`, too, which are raised when the event is refused, or would\n"
	     "have been. [kernel-abi.md](kernel-abi.md) has the types; a group's name stands for all of its\n"
	     "events that a ruleset doesn't name.\n\n"
	     "| event | group | fields |\n"
	     "| --- | --- | --- |");
	for (unsigned i = 0; i < EVF_NR_OBJECT_EVENTS; i++) {
		const struct evf_event *event = &evf_object_events[i];

		printf("| `%s` | %s |", event->name, evf_group_names[event->group]);
		for (unsigned j = 0; j < event->nr_fields; j++)
			printf(" %s:%s", event->fields[j].name, type_of(&event->fields[j]));
		puts(" |");
	}
	return 0;
}
