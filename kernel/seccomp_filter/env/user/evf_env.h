/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the core needs from the world around it: userspace's side.
 * env/kernel/evf_env.h is the other; both offer the same names.
 */
#ifndef _EVF_ENV_H
#define _EVF_ENV_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <linux/eventfilter.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

/* C++ only reads the core's headers; these names would collide with its attributes */
#ifdef __cplusplus
#define EVF_BEGIN_DECLS extern "C" {
#define EVF_END_DECLS }
#else
#define EVF_BEGIN_DECLS
#define EVF_END_DECLS
#define U16_MAX UINT16_MAX
#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX
#define BIT(n) (1UL << (n))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define evf_noinline __attribute__((noinline))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define static_assert _Static_assert
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/**
 * evf_alloc() - memory
 * @size: bytes
 *
 * Return: zeroed memory, or NULL.
 */
static inline void *evf_alloc(size_t size)
{
	return calloc(1, size);
}

/**
 * evf_free() - give memory back
 * @memory: from evf_alloc(), or NULL
 */
static inline void evf_free(const void *memory)
{
#ifdef __cplusplus
	free(const_cast<void *>(memory));
#else
	free((void *)memory);
#endif
}

/**
 * evf_pause() - do nothing
 *
 * Description: A long text is parsed in steps; only the kernel has to let others run between them.
 */
static inline void evf_pause(void)
{
}

#endif /* _EVF_ENV_H */
