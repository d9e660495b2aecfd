#pragma once
#include <stddef.h>
#include <stdint.h>

// The door to the codecs that Kafka's record batches use, and to CRC-32C. No foreign type crosses it.

// Continues a CRC-32C (Castagnoli); start with 0.
uint32_t ccodec_crc32c(uint32_t crc, const void *bytes, size_t count);

// The same without the processor's instruction: what processors without it do, and what the other path is tested by.
uint32_t ccodec_crc32c_by_table(uint32_t crc, const void *bytes, size_t count);

enum { CCODEC_GZIP = 1, CCODEC_SNAPPY = 2, CCODEC_LZ4 = 3, CCODEC_ZSTD = 4 };

enum {
    CCODEC_DAMAGED = -1,   // the input is not what the codec writes
    CCODEC_TOO_LARGE = -2, // the output would exceed the capacity or the limit
    CCODEC_NO_MEMORY = -3,
    CCODEC_UNKNOWN = -4, // no such codec
};

// An upper bound of the compressed size of `count` bytes.
size_t ccodec_bound(int codec, size_t count);

// The levels that Kafka's clients take where none is said.
enum { CCODEC_GZIP_DEFAULT_LEVEL = -1, CCODEC_LZ4_DEFAULT_LEVEL = 9, CCODEC_ZSTD_DEFAULT_LEVEL = 3 };

// Compresses into `output`; returns the size, or a negative code. `level` is Kafka's: gzip -1 or 1 to 9, lz4 1 to 17, zstd -131072 to 22;
// snappy has none.
int64_t ccodec_compress(int codec, int level, const void *input, size_t count, void *output, size_t capacity);

// Decompresses all frames (gzip: members) of `input`, one behind the other, into memory that grows as needed but never beyond `limit`
// in all. On success returns the size and hands out `*output`,
// which `ccodec_free` releases; otherwise returns a negative code and hands out nothing.
int64_t ccodec_decompress(int codec, const void *input, size_t count, size_t limit, void **output);
void ccodec_free(void *output);
