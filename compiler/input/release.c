/* SPDX-License-Identifier: BSD-2-Clause */
/* Images become what their text says they are: which Xen, which Linux, or U-Boot. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/number.h"
#include "base/memory.h"
#include "input/image.h"

/* A version in a file: "before", major "." minor, "after". */
struct mark {
	const char *before, *after;
	size_t after_len;
};

#define SEARCH_STEP ((size_t)256 * 1024)
#define MARK_MAX ((size_t)64)	/* the longest text that a mark can match */

/* One to four digits. Moves *p behind them; false if there are none. */
static bool read_digits(const char **p, const char *end, unsigned *n)
{
	const char *start = *p;

	for (*n = 0; *p < end && **p >= '0' && **p <= '9' && *p - start < 4; (*p)++)
		*n = *n * 10 + (unsigned)(**p - '0');
	return *p > start;
}

/* The version at p as VERSION() makes it; 0 if there is none, or if it may be cut off. */
static unsigned version_at(const char *p, const char *end, const struct mark *m)
{
	unsigned major, minor;

	if (!read_digits(&p, end, &major) || p == end || *p++ != '.'
	    || !read_digits(&p, end, &minor) || p == end || (*p >= '0' && *p <= '9'))
		return 0;
	if ((size_t)(end - p) < m->after_len || memcmp(p, m->after, m->after_len) != 0)
		return 0;
	return major << 16 | minor;
}

static unsigned version_in(const char *text, size_t len, const struct mark *m)
{
	size_t before = strlen(m->before);
	const char *end = text + len;

	while ((text = memmem(text, (size_t)(end - text), m->before, before)) != NULL) {
		unsigned version = version_at(text + before, end, m);

		if (version)
			return version;
		text++;
	}
	return 0;
}

/* zlib reads what is not packed as it is. */
static unsigned search(struct arena *a, gzFile from, const struct mark *m)
{
	char *step = arena_alloc(a, SEARCH_STEP);
	size_t kept = 0;
	unsigned version = 0;
	int n;

	while (!version &&
	       (n = gzread(from, step + kept, (unsigned)(SEARCH_STEP - kept))) > 0) {
		size_t len = kept + (size_t)n;

		version = version_in(step, len, m);
		kept = len < MARK_MAX ? len : MARK_MAX;
		memmove(step, step + len - kept, kept);
	}
	return version;
}

#define SECTION_STEP ((uint64_t)64 * 1024)
#define SECTION_HEAD ((size_t)1024)

/* Linux puts its banner first into its read-only data, which begin on a boundary of 64
 * KiB (arch/arm64/kernel/vmlinux.lds.S, SEGMENT_ALIGN): looking there alone takes a tenth
 * of the time. Sets errno. */
static unsigned search_sections(const struct file *f, const struct mark *m)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;
	char head[SECTION_HEAD];
	unsigned version = 0;
	ssize_t n = 1;

	if (fd < 0)
		return 0;
	for (uint64_t at = 0; n > 0 && !version && at < f->size; at += SECTION_STEP) {
		n = file_read_at(fd, at, head, sizeof(head));
		version = n > 0 ? version_in(head, (size_t)n, m) : 0;
	}
	error = n < 0 ? errno : 0;
	close(fd);
	errno = error;
	return version;
}

/* Opens the contents of a file. NULL: that cannot be. */
static gzFile open_contents(const struct file *f)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	gzFile from = NULL;

	if (fd < 0)
		return NULL;
	if (lseek(fd, f->kind == FILE_UIMAGE ? UIMAGE_HEADER : 0, SEEK_SET) >= 0)
		from = gzdopen(fd, "rb");
	if (!from) {
		memory_check();
		close(fd);
	}
	return from;
}

static unsigned find_version(struct arena *a, const struct file *f, const struct mark *m)
{
	gzFile from = open_contents(f);
	unsigned version;
	int error;

	if (!from)
		return 0;
	errno = 0;
	version = search(a, from, m);
	memory_check();
	error = errno;
	gzclose(from);
	errno = error;
	return version;
}

bool file_holds_image(const struct file *f)
{
	return f->kind == FILE_ARM64_IMAGE || f->inside == FILE_ARM64_IMAGE;
}

/* No Xen is larger (xen/arch/arm/include/asm/mmu/layout.h, XEN_VIRT_SIZE), and to search
 * each kernel would take long. */
#define XEN_MAX (8 * MiB)

/* The banner is put together at run time, and the version of the package is worded by its
 * packager. But since 4.4 every Xen holds the whole compatible of the hypervisor node
 * that it gives to domains (xen/arch/arm/domain_build.c, make_hypervisor_node()). */
unsigned file_xen_version(struct arena *a, const struct file *f)
{
	static const char after[] = "\0xen,xen";
	static const struct mark mark = { "xen,xen-", after, sizeof(after) };

	uint64_t size = file_is_packed(f) ? f->unpacked_size : f->size;

	return file_holds_image(f) && size <= XEN_MAX ? find_version(a, f, &mark) : 0;
}

unsigned file_linux_version(struct arena *a, const struct file *f)
{
	static const struct mark mark = { "Linux version ", "", 0 };
	unsigned version;

	if (!file_holds_image(f) || file_is_packed(f))
		return 0;
	version = search_sections(f, &mark);
	return version || errno ? version : find_version(a, f, &mark);
}

/* U-Boot include/version.h, U_BOOT_VERSION. */
unsigned file_u_boot_version(struct arena *a, const struct file *f)
{
	static const struct mark mark = { "U-Boot ", "", 0 };

	return find_version(a, f, &mark);
}
