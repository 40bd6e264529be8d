/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page with which whoever decides tells all access vector caches that their answers are of
 * yesterday. policyd makes one and hands its descriptor to each client; an object manager's cache reads
 * it at every lookup.
 *
 * It is a memfd of one page, sealed so that nobody but the process that made it can write to it, and
 * nobody at all can cut it short under a reader: F_SEAL_FUTURE_WRITE, F_SEAL_SHRINK, F_SEAL_GROW and
 * F_SEAL_SEAL. A reader checks these before it maps the page, and magic, version and size with them:
 * eventfilter_avc_page_map() does. All fields are in the machine's byte order.
 *
 * Who publishes keeps this order: let the new policy answer, publish, say that the change is done.
 * An answer may then be newer than its generation says, never older.
 */
#ifndef EVENTFILTER_AVC_PAGE_H
#define EVENTFILTER_AVC_PAGE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EVENTFILTER_AVC_PAGE_SIZE	4096U
#define EVENTFILTER_AVC_PAGE_MAGIC	0x47465645U	/* "EVFG" */
#define EVENTFILTER_AVC_PAGE_VERSION	1U

/* What fcntl(F_GET_SEALS) must have at least: F_SEAL_SEAL | _SHRINK | _GROW | _FUTURE_WRITE */
#define EVENTFILTER_AVC_PAGE_SEALS	0x0017U

struct eventfilter_avc_page {
	uint32_t magic;
	uint32_t version;
	/* Changes with the policy, never to a value that it had; read by _generation() only */
	uint64_t generation;
	/*
	 * A robust mutex of the maker's thread; its first word is a futex. The kernel clears the thread's
	 * id in it when that thread ends in whatever way, kill -9 included, before anybody hears of it.
	 */
	uint32_t owner[12];
	uint8_t reserved[EVENTFILTER_AVC_PAGE_SIZE - 64];
};

/* The generation now. Nothing that is read after it can be read before it. */
static inline uint64_t eventfilter_avc_page_generation(const struct eventfilter_avc_page *page)
{
	return __atomic_load_n(&page->generation, __ATOMIC_ACQUIRE);
}

/* Is there still somebody who would tell us of a change? */
static inline int eventfilter_avc_page_is_alive(const struct eventfilter_avc_page *page)
{
	return (__atomic_load_n(&page->owner[0], __ATOMIC_ACQUIRE) & 0x3fffffffU) != 0;
}

/*
 * Makes a page, mapped writable for this process, with a first generation that no page before it had
 * (by chance of 1 in 2^62). Returns the descriptor, O_CLOEXEC, to be passed on. The page lives as long as the calling
 * thread: it ends with that thread, with execve(2) and with _destroy, and caches that use it refuse then.
 * -EMFILE, -ENFILE, -ENOMEM; -ENOSYS, -EINVAL (a kernel without memfd or such seals).
 */
int eventfilter_avc_page_create(struct eventfilter_avc_page **page);

/* What is cached from now on is of another generation, which is returned. The maker's, any thread. */
uint64_t eventfilter_avc_page_publish(struct eventfilter_avc_page *page);

/* Ends the page; called by the thread that made it. The descriptor is the caller's to close. */
void eventfilter_avc_page_destroy(struct eventfilter_avc_page *page);

/*
 * Maps a page that was received, read-only.
 * -EBADF, -EPERM (not sealed as it must be, or no memfd), -EBADMSG (size, magic or version), -ENOMEM.
 */
int eventfilter_avc_page_map(int fd, const struct eventfilter_avc_page **page);
void eventfilter_avc_page_unmap(const struct eventfilter_avc_page *page);

#ifdef __cplusplus
}
#endif

#endif /* EVENTFILTER_AVC_PAGE_H */
