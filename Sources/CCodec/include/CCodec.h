#pragma once
#include <stddef.h>
#include <stdint.h>

// The door to the codecs that Kafka's record batches use, and to CRC-32C. No foreign type crosses it.

// Continues a CRC-32C (Castagnoli); start with 0.
uint32_t ccodec_crc32c(uint32_t crc, const void *bytes, size_t count);

enum { CCODEC_GZIP = 1, CCODEC_SNAPPY = 2, CCODEC_LZ4 = 3, CCODEC_ZSTD = 4 };

enum {
    CCODEC_DAMAGED = -1,   // the input is not what the codec writes
    CCODEC_TOO_LARGE = -2, // the output would exceed the capacity or the limit
    CCODEC_NO_MEMORY = -3,
    CCODEC_UNKNOWN = -4, // no such codec
};

// An upper bound of the compressed size of `count` bytes.
size_t ccodec_bound(int codec, size_t count);

// Compresses into `output`; returns the size, or a negative code.
int64_t ccodec_compress(int codec, const void *input, size_t count, void *output, size_t capacity);

// Decompresses into memory that grows as needed but never beyond `limit`. On success returns the size and hands out `*output`,
// which `ccodec_free` releases; otherwise returns a negative code and hands out nothing.
int64_t ccodec_decompress(int codec, const void *input, size_t count, size_t limit, void **output);
void ccodec_free(void *output);
