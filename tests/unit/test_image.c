/* SPDX-License-Identifier: BSD-2-Clause */
/* Files with all kinds of headers, whole and cut, and what is made of them
 * (compiler/input/image.c). */
#include "unit.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "base/number.h"
#include "base/text.h"
#include "input/image.h"

struct lab {
	struct arena arena;
	char dir[32], path[64];
};

static int begin(void **state)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	assert(lab);
	strcpy(lab->dir, "/tmp/xendtc-unit-XXXXXX");
	if (!mkdtemp(lab->dir))
		return -1;
	snprintf(lab->path, sizeof(lab->path), "%s/file", lab->dir);
	*state = lab;
	return 0;
}

static int end(void **state)
{
	struct lab *lab = *state;

	unlink(lab->path);
	rmdir(lab->dir);
	arena_free(&lab->arena);
	free(lab);
	return 0;
}

static struct file look_at(struct lab *lab, const void *data, size_t len)
{
	FILE *f = fopen(lab->path, "wb");
	struct file file;

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	memset(&file, 0xa5, sizeof(file));
	assert_true(file_read(&lab->arena, lab->path, &file));
	assert_string_equal(file.path, lab->path);
	assert_int_equal(file.size, len);
	return file;
}

static void put_le(uint8_t *p, uint64_t n, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		p[i] = (uint8_t)(n >> (8 * i));
}

static void put_be32(uint8_t *p, uint32_t n)
{
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(n >> (24 - 8 * i));
}

/* 3 MiB of memory, 512 KiB above a 2 MiB boundary. */
static void make_arm64(uint8_t head[64])
{
	memset(head, 0, 64);
	memcpy(head, "MZ\x40\xfa", 4);
	put_le(head + 0x08, 512 * KiB, 8);
	put_le(head + 0x10, 3 * MiB, 8);
	put_le(head + 0x18, 0x8 | 0x2, 8);
	memcpy(head + 0x38, "ARM\x64", 4);
}

static void make_uimage(uint8_t head[64], uint8_t compression, uint32_t size)
{
	memset(head, 0, 64);
	put_be32(head, 0x27051956);
	put_be32(head + 12, size);
	put_be32(head + 16, 0x40200000);
	put_be32(head + 20, 0x40200040);
	head[29] = 22;
	head[30] = 2;
	head[31] = compression;
}

/* With a name in the header, as gzip(1) writes it. */
static size_t pack(const void *data, size_t len, uint8_t *out, size_t room)
{
	Bytef name[] = "a-name-in-the-header";
	gz_header header = { .name = name };
	z_stream z = { 0 };
	uint8_t *copy = malloc(len);
	size_t packed;

	assert(copy);
	memcpy(copy, data, len);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflateSetHeader(&z, &header), Z_OK);
	z.next_in = copy;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed = z.total_out;
	deflateEnd(&z);
	free(copy);
	return packed;
}

static void knows_kinds(void **state)
{
	static const struct {
		size_t at;
		const char *magic;
		size_t len, smallest;
		enum file_kind kind;
	} rows[] = {
		{ 0x38, "ARM\x64", 4, 64, FILE_ARM64_IMAGE },
		{ 0, "\x08\0\0\x14", 4, 64, FILE_ARM64_IMAGE },
		{ 0x24, "\x18\x28\x6f\x01", 4, 0x30, FILE_ARM32_ZIMAGE },
		{ 0, "\x1f\x8b\x08", 3, 18, FILE_GZIP },
		{ 0, "\x27\x05\x19\x56", 4, 64, FILE_UIMAGE },
		{ 0, "070701", 6, 110, FILE_CPIO },
		{ 0, "070702", 6, 110, FILE_CPIO },
		{ 0, "\xd0\x0d\xfe\xed", 4, 40, FILE_DTB },
		{ 0, "\x7f" "ELF", 4, 52, FILE_ELF },
		{ 0, "MZ\0\0zimg", 8, 64, FILE_EFI_ZBOOT },
		{ 0, "\xfd" "7zXZ\0", 6, 6, FILE_XZ },
		{ 0, "\x28\xb5\x2f\xfd", 4, 4, FILE_ZSTD },
		{ 0, "\x02\x21\x4c\x18", 4, 4, FILE_LZ4 },
		{ 0, "\x04\x22\x4d\x18", 4, 4, FILE_LZ4_FRAME },
		{ 0, "\x5d\0\0\x80\0", 5, 13, FILE_LZMA },
		{ 0, "BZh9", 4, 4, FILE_BZIP2 },
		{ 0, "\x8c\xff\x7c\xf9", 4, 4, FILE_XSM_POLICY },
		{ 0, "MZ", 2, 200, FILE_UNKNOWN },
		{ 0, "070707", 6, 76, FILE_CPIO_OLD },
		{ 0, "\x89LZO", 4, 9, FILE_LZO },
		{ 0, "PK\x03\x04", 4, 30, FILE_ZIP },
		{ 0, "!<arch>\n", 8, 68, FILE_AR },
		{ 257, "ustar", 5, 512, FILE_TAR },
		{ 0x202, "HdrS", 4, 0x210, FILE_BZIMAGE },
		{ 0x438, "\x53\xef", 2, 2048, FILE_SYSTEM },
		{ 0, "hsqs", 4, 96, FILE_SYSTEM },
		{ 0, "#!/bin/sh\n", 10, 200, FILE_UNKNOWN },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t data[4096] = { 0 };
		struct file whole, cut;

		memcpy(data + rows[i].at, rows[i].magic, rows[i].len);
		whole = look_at(lab, data, rows[i].smallest);
		cut = look_at(lab, data, rows[i].smallest - 1);
		if (whole.kind != rows[i].kind || cut.kind != FILE_UNKNOWN)
			fail_msg("row %zu is %s, cut %s", i, file_kind_name(whole.kind),
				 file_kind_name(cut.kind));
		assert_int_equal(look_at(lab, data, sizeof(data)).kind, rows[i].kind);
	}
}

static void knows_texts(void **state)
{
	static const struct {
		const char *text;
		enum file_kind kind;
	} rows[] = {
		{ "kernel: Image\n", FILE_TEXT },
		{ "f\303\274r \342\202\254 5\n", FILE_TEXT },
		{ "\t\r\n\f", FILE_TEXT },
		{ "<!DOCTYPE HTML>\n", FILE_WEB_PAGE },
		{ "\n <html lang='en'>", FILE_WEB_PAGE },
		{ "<!--no page-->", FILE_TEXT },
		{ "version https://git-lfs.github.com/spec/v1\n", FILE_GIT_LFS },
		{ "f\374r 5\n", FILE_UNKNOWN },
		{ "\342\202 \342\202", FILE_UNKNOWN },
		{ "a\033[1mb", FILE_UNKNOWN },
		{ "abc", FILE_UNKNOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct file f = look_at(*state, rows[i].text, strlen(rows[i].text));

		if (f.kind != rows[i].kind)
			fail_msg("row %zu is %s", i, file_kind_name(f.kind));
	}
}

static void names_kinds(void **state)
{
	(void)state;
	for (int kind = FILE_UNKNOWN; kind <= FILE_TEXT; kind++)
		assert_non_null(file_kind_name((enum file_kind)kind));
}

static void reads_arm64_header(void **state)
{
	uint8_t data[4096] = { 0 };
	struct file f;

	make_arm64(data);
	f = look_at(*state, data, sizeof(data));
	assert_int_equal(f.text_offset, 512 * KiB);
	assert_int_equal(f.image_size, 3 * MiB);
	assert_true(f.anywhere);
	data[0x18] = 0x2;
	assert_false(look_at(*state, data, sizeof(data)).anywhere);
}

/* As Linux and Xen have it: two sections, of which the first may have no data. */
static void finds_the_end_of_data(void **state)
{
	uint8_t data[4096] = { 0 };
	struct file f;

	make_arm64(data);
	put_le(data + 0x3c, 0x40, 4);
	memcpy(data + 0x40, "PE\0\0", 4);
	assert_int_equal(look_at(*state, data, sizeof(data)).data_end, 0);
	put_le(data + 0x46, 2, 2);
	put_le(data + 0x54, 160, 2);
	put_le(data + 0xf8 + 40 + 16, 0x12345, 4);
	put_le(data + 0xf8 + 40 + 20, 0x160, 4);
	f = look_at(*state, data, sizeof(data));
	assert_true(f.efi);
	assert_int_equal(f.data_end, 0x12345 + 0x160);
	put_le(data + 0x46, 0xffff, 2);
	assert_int_equal(look_at(*state, data, sizeof(data)).data_end, 0x12345 + 0x160);
	put_le(data + 0x54, 0xffff, 2);
	assert_int_equal(look_at(*state, data, sizeof(data)).data_end, 0);
}

static void looks_into_gzip(void **state)
{
	uint8_t data[20000] = { 0 }, packed[21000];
	size_t len;
	struct file f;

	make_arm64(data);
	for (size_t i = 64; i < sizeof(data); i++)
		data[i] = (uint8_t)rand();
	len = pack(data, sizeof(data), packed, sizeof(packed));
	f = look_at(*state, packed, len);
	assert_int_equal(f.kind, FILE_GZIP);
	assert_int_equal(f.inside, FILE_ARM64_IMAGE);
	assert_int_equal(f.image_size, 3 * MiB);
	assert_int_equal(f.text_offset, 512 * KiB);
	assert_int_equal(f.unpacked_size, sizeof(data));
}

static void survives_cut_gzip(void **state)
{
	uint8_t data[300] = { 0 }, packed[512];
	size_t len;

	make_arm64(data);
	len = pack(data, sizeof(data), packed, sizeof(packed));
	for (size_t cut = 0; cut < len; cut++) {
		struct file f = look_at(*state, packed, cut);

		assert_int_equal(f.kind, cut < 18 ? FILE_UNKNOWN : FILE_GZIP);
		assert_true(f.inside == FILE_UNKNOWN || f.inside == FILE_ARM64_IMAGE);
	}
}

/* 10 MB of zeros: all but the first page must stay packed. */
static void survives_a_bomb(void **state)
{
	const size_t len = 10 * 1000 * 1000;
	uint8_t *zeros = calloc(1, len), *packed = malloc(20000);
	struct file f;

	assert(zeros && packed);
	f = look_at(*state, packed, pack(zeros, len, packed, 20000));
	assert_int_equal(f.kind, FILE_GZIP);
	assert_int_equal(f.inside, FILE_UNKNOWN);
	assert_int_equal(f.unpacked_size, len);
	free(zeros);
	free(packed);
}

static void looks_into_uimage(void **state)
{
	uint8_t data[128 + 4096] = { 0 };
	struct file f;

	make_uimage(data, 0, 4096);
	make_arm64(data + 64);
	f = look_at(*state, data, sizeof(data));
	assert_int_equal(f.kind, FILE_UIMAGE);
	assert_int_equal(f.inside, FILE_ARM64_IMAGE);
	assert_int_equal(f.image_size, 3 * MiB);
	assert_int_equal(f.uimage_load, 0x40200000);
	assert_int_equal(f.uimage_entry, 0x40200040);
	assert_int_equal(f.uimage_size, 4096);
	assert_int_equal(f.uimage_arch, 22);
	assert_int_equal(f.uimage_type, 2);
	assert_int_equal(look_at(*state, data, 64).inside, FILE_UNKNOWN);
	assert_int_equal(look_at(*state, data, 127).inside, FILE_UNKNOWN);
	memset(data, 0, sizeof(data));
	make_uimage(data, 1, 4096);
	memcpy(data + 64, "\x1f\x8b\x08", 3);
	data[sizeof(data) - 3] = 1;
	f = look_at(*state, data, sizeof(data));
	assert_int_equal(f.inside, FILE_UNKNOWN);	/* nothing comes out of it */
	assert_int_equal(f.uimage_compression, 1);
	assert_int_equal(f.unpacked_size, 0x100);
	assert_true(file_is_packed(&f));
}

static void reads_no_noise_as_a_crash(void **state)
{
	static const char *const magics[] = { "MZ", "\x1f\x8b\x08", "\x27\x05\x19\x56" };
	uint8_t data[700];

	srand(1);
	for (int round = 0; round < 600; round++) {
		const char *magic = magics[round % 3];

		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = (uint8_t)rand();
		memcpy(data, magic, strlen(magic));
		if (round % 3 == 1)
			data[3] = (uint8_t)(round & 0x1f);	/* flags */
		look_at(*state, data, (size_t)rand() % sizeof(data));
	}
}

static void refuses_what_is_no_file(void **state)
{
	struct lab *lab = *state;
	struct file f;

	assert_int_equal(look_at(lab, "", 0).kind, FILE_UNKNOWN);
	errno = 0;
	assert_false(file_read(&lab->arena, lab->dir, &f));
	assert_int_equal(errno, EISDIR);
	assert_false(file_read(&lab->arena, "/nonexistent/file", &f));
	assert_int_equal(errno, ENOENT);
	unlink(lab->path);
	assert_int_equal(mkfifo(lab->path, 0600), 0);
	assert_false(file_read(&lab->arena, lab->path, &f));
	assert_int_equal(errno, EINVAL);
}

static void tells_files_apart(void **state)
{
	struct lab *lab = *state;
	struct file a = look_at(lab, "x", 1), b;
	char other[80];

	snprintf(other, sizeof(other), "%s/../%s", lab->dir, lab->path + strlen("/tmp/"));
	assert_true(file_read(&lab->arena, other, &b));
	assert_true(a.inode == b.inode && a.device == b.device);
}

/* An Image with a text at an offset, and what is found in it. */
static unsigned version_of(struct lab *lab, bool xen, size_t at, const char *text,
			   size_t text_len)
{
	const size_t len = 2 * MiB;
	uint8_t *data = calloc(1, len);
	struct file f;
	unsigned version;

	assert(data);
	make_arm64(data);
	memcpy(data + at, text, text_len);
	f = look_at(lab, data, len);
	version = xen ? file_xen_version(&lab->arena, &f)
		      : file_linux_version(&lab->arena, &f);
	free(data);
	return version;
}

#define V(major, minor) ((major) << 16 | (minor))
#define T(text) text, sizeof(text)

static void finds_versions(void **state)
{
	static const struct {
		bool xen;
		const char *text;
		size_t len;
		unsigned version;
	} rows[] = {
		{ true, T("xen,xen-4.17\0xen,xen"), V(4, 17) },
		{ true, T("xen,xen-4.7\0xen,xen"), V(4, 7) },
		{ true, T("xen,xen-4.23-unstable\0xen,xen"), 0 },
		{ true, T("xen,xen-4.17"), 0 },
		{ true, T("xen,xen-4\0xen,xen"), 0 },
		{ true, T("xen,xen-%d.%d\0xen,xen-4.20\0xen,xen"), V(4, 20) },
		{ true, T("gcc (Debian 12.2.0-14) 12.2.0 xen-3.0-aarch64"), 0 },
		{ true, T("Linux version 6.1.0"), 0 },
		{ false, T("Linux version 6.1.0-50-arm64 (gcc-12 12.2.0)"), V(6, 1) },
		{ false, T("Linux version 5.15\n"), V(5, 15) },
		{ false, T("Linux version %s Linux version 6.12.1"), V(6, 12) },
		{ false, T("Linux version 6"), 0 },
		{ false, T("Linux version 6."), 0 },
		{ false, T("Linux version 99999.1 "), 0 },
		{ false, T("linux version 6.1.0"), 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned version = version_of(*state, rows[i].xen, 0x1000, rows[i].text,
					      rows[i].len);

		if (version != rows[i].version)
			fail_msg("row %zu: 0x%x", i, version);
	}
}

/* Wherever the file is cut into steps for reading. */
static void finds_versions_everywhere(void **state)
{
	static const char text[] = "Linux version 6.12.3";
	const size_t len = strlen(text);

	for (size_t at = 256 * KiB - len - 2; at < 256 * KiB + 2; at++)
		assert_int_equal(version_of(*state, false, at, text, len), V(6, 12));
	for (size_t at = 512 * KiB - 130; at < 512 * KiB + 2; at++)
		assert_int_equal(version_of(*state, false, at, text, len), V(6, 12));
	assert_int_equal(version_of(*state, false, 2 * MiB - len, text, len), V(6, 12));
}

static void finds_no_version_in_packed_files(void **state)
{
	static const char text[] =
		"\x1f\x8b\x08 Linux version 6.1.0 xen,xen-4.17\0xen,xen";
	struct lab *lab = *state;
	struct file f = look_at(lab, text, sizeof(text));

	assert_int_equal(file_linux_version(&lab->arena, &f), 0);
	assert_int_equal(file_xen_version(&lab->arena, &f), 0);
}

static void digests(void **state)
{
	/* FIPS 180-2 appendix B; "abc", nothing, and a million times 'a' */
	static const char abc[] =
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	static const char nothing[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const char million[] =
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
	char hex[65], *many = malloc(1000000);
	struct lab *lab = *state;
	struct file f = look_at(lab, "abc", 3);
	uint32_t crc = 1;

	assert(many);
	assert_true(file_digest(&f, &crc, hex));
	assert_int_equal(crc, 0x352441c2);
	assert_string_equal(hex, abc);
	f = look_at(lab, "", 0);
	assert_true(file_digest(&f, &crc, NULL));
	assert_int_equal(crc, 0);
	assert_true(file_digest(&f, NULL, hex));
	assert_string_equal(hex, nothing);
	memset(many, 'a', 1000000);
	f = look_at(lab, many, 1000000);
	assert_true(file_digest(&f, &crc, hex));
	assert_int_equal(crc, 0xdc25bfbc);
	assert_string_equal(hex, million);
	unlink(lab->path);
	assert_false(file_digest(&f, &crc, hex));
	assert_int_equal(errno, ENOENT);
	free(many);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(knows_kinds),
		TEST(knows_texts),
		TEST(names_kinds),
		TEST(reads_arm64_header),
		TEST(finds_the_end_of_data),
		TEST(looks_into_gzip),
		TEST(survives_cut_gzip),
		TEST(survives_a_bomb),
		TEST(looks_into_uimage),
		TEST(reads_no_noise_as_a_crash),
		TEST(refuses_what_is_no_file),
		TEST(tells_files_apart),
		TEST(finds_versions),
		TEST(finds_versions_everywhere),
		TEST(finds_no_version_in_packed_files),
		TEST(digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
