// SPDX-License-Identifier: BSD-2-Clause
/*
 * A QEMU plugin: which instructions of the guest's kernel run, and how often, between two marks that
 * a program in the guest makes; and into which 16 KiB, the size of a stack, stores went. What is
 * counted per block goes to the file of the argument "out"; profile.py adds it up by function.
 *
 * Debian ships QEMU without the header of its plugin interface: what is used of version 1 is declared here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
typedef struct qemu_info qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
						  void (*cb)(qemu_plugin_id_t,
							     struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
						 void (*cb)(unsigned int, void *), int flags,
						 void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
						   void (*cb)(unsigned int, void *), int flags,
						   void *data);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
					     void (*cb)(unsigned int, uint32_t, uint64_t,
							void *),
					     int flags, int access, void *data);
extern bool qemu_plugin_mem_is_store(uint32_t what);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t, void *), void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* nopw 0x455646NN(%rax,%rax,1): nothing to a processor. NN: 1 begins, 0 ends */
static const uint8_t mark[] = { 0x66, 0x0f, 0x1f, 0x84, 0x00 };
static const uint8_t magic[] = { 0x46, 0x56, 0x45 };

/* What is asked for, though loads come as well */
#define STORES		2
#define STACK_BITS	14
/* Of what one block stores to; the last one stands for all others */
#define REGIONS		4

struct block {
	struct block *next;
	uint64_t address;
	uint64_t instructions;
	uint64_t runs;
	uint64_t region[REGIONS];
	uint64_t stores[REGIONS];
};

static struct block *blocks;
static bool counting;
static const char *out = "profile.txt";

static void set_counting(unsigned int cpu, void *data)
{
	counting = data != NULL;
}

static void ran(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (counting)
		block->runs++;
}

static void stored(unsigned int cpu, uint32_t what, uint64_t where, void *data)
{
	struct block *block = data;

	const uint64_t region = where >> STACK_BITS;
	size_t i;

	if (!counting || !qemu_plugin_mem_is_store(what))
		return;
	for (i = 0; i < REGIONS - 1 && block->stores[i] && block->region[i] != region; i++)
		;
	block->region[i] = i < REGIONS - 1 ? region : 0;
	block->stores[i]++;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));
	size_t i;

	block->address = qemu_plugin_tb_vaddr(tb);
	block->instructions = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, ran, 0, block);
	for (i = 0; i < block->instructions; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const uint8_t *bytes = qemu_plugin_insn_data(insn);

		qemu_plugin_register_vcpu_mem_cb(insn, stored, 0, STORES, block);
		if (qemu_plugin_insn_size(insn) == 9 && !memcmp(bytes, mark, sizeof(mark)) &&
		    !memcmp(bytes + 6, magic, sizeof(magic)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, set_counting, 0,
							       bytes[5] ? &counting : NULL);
	}
}

static void ended(qemu_plugin_id_t id, void *data)
{
	FILE *file = fopen(out, "w");
	const struct block *block;

	for (block = blocks; file && block; block = block->next) {
		size_t i;

		if (!block->runs)
			continue;
		fprintf(file, "%llx %llu %llu", (unsigned long long)block->address,
			(unsigned long long)block->instructions,
			(unsigned long long)block->runs);
		for (i = 0; i < REGIONS; i++)
			fprintf(file, " %llx %llu", (unsigned long long)block->region[i],
				(unsigned long long)block->stores[i]);
		fputc('\n', file);
	}
	if (file)
		fclose(file);
}

__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	if (argc > 0 && !strncmp(argv[0], "out=", 4))
		out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
