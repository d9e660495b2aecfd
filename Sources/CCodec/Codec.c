#include "CCodec.h"

#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

#include "Growth.h"

// snappy-java's stream: this magic, two int32 versions, then blocks of int32 big-endian length and raw snappy.
static const uint8_t xerial_magic[8] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
enum { XERIAL_HEADER = 16, XERIAL_BLOCK = 32 * 1024 };

static uint32_t load_big_endian(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void store_big_endian(uint8_t *p, uint32_t value) {
    p[0] = (uint8_t)(value >> 24), p[1] = (uint8_t)(value >> 16), p[2] = (uint8_t)(value >> 8), p[3] = (uint8_t)value;
}

// MARK: gzip

static int64_t gzip_compress(const void *input, size_t count, int level, void *output, size_t capacity) {
    z_stream z = {0};
    if (count > UINT32_MAX || capacity > UINT32_MAX) return CCODEC_TOO_LARGE;
    // 15 window bits; 16 more ask for the gzip wrapper.
    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return CCODEC_NO_MEMORY;
    z.next_in = (Bytef *)input, z.avail_in = (uInt)count;
    z.next_out = output, z.avail_out = (uInt)capacity;
    int result = deflate(&z, Z_FINISH);
    int64_t size = (int64_t)z.total_out;
    deflateEnd(&z);
    return result == Z_STREAM_END ? size : CCODEC_TOO_LARGE;
}

// Inflates one member, up to its end.
static int64_t gzip_member(z_stream *z, size_t first, growth *out) {
    for (int result = Z_OK; result != Z_STREAM_END;) {
        uint8_t beyond;
        // Full to the limit: only the end of the member may still come.
        int full = out->count == out->capacity && out->capacity >= out->limit;
        if (!full) {
            int64_t code = growth_more(out, first);
            if (code) return code;
        }
        size_t room = full ? 1 : out->capacity - out->count;
        z->next_out = full ? &beyond : out->bytes + out->count, z->avail_out = room > UINT32_MAX ? UINT32_MAX : (uInt)room;
        uInt before = z->avail_out;
        result = inflate(z, Z_NO_FLUSH);
        uInt written = before - z->avail_out;
        if (result != Z_OK && result != Z_STREAM_END) return CCODEC_DAMAGED;
        if (full && written > 0) return CCODEC_TOO_LARGE;
        if (result == Z_OK && z->avail_in == 0 && written == 0) return CCODEC_DAMAGED;
        if (!full) out->count += written;
    }
    return 0;
}

static int64_t gzip_decompress(const uint8_t *input, size_t count, growth *out) {
    static const uint8_t member[3] = {0x1f, 0x8b, 8};
    z_stream z = {0};
    if (count > UINT32_MAX) return CCODEC_TOO_LARGE;
    if (inflateInit2(&z, 15 + 16) != Z_OK) return CCODEC_NO_MEMORY;
    z.next_in = (Bytef *)input, z.avail_in = (uInt)count;
    int64_t code = gzip_member(&z, count * 4 + 256, out);
    // What follows and begins no member is left alone, as Java's GZIPInputStream does.
    while (code == 0 && z.avail_in >= sizeof member && memcmp(z.next_in, member, sizeof member) == 0) {
        code = inflateReset(&z) == Z_OK ? gzip_member(&z, count * 4 + 256, out) : CCODEC_DAMAGED;
    }
    inflateEnd(&z);
    return code;
}

// MARK: snappy, framed as Kafka's Java clients frame it

static size_t snappy_bound(size_t count) {
    size_t blocks = count / XERIAL_BLOCK + 1;
    return XERIAL_HEADER + blocks * (4 + snappy_max_compressed_length(XERIAL_BLOCK));
}

static int64_t xerial_compress(const uint8_t *input, size_t count, uint8_t *output, size_t capacity) {
    if (capacity < snappy_bound(count)) return CCODEC_TOO_LARGE;
    memcpy(output, xerial_magic, sizeof xerial_magic);
    store_big_endian(output + 8, 1), store_big_endian(output + 12, 1);
    size_t written = XERIAL_HEADER;
    for (size_t at = 0; at < count; at += XERIAL_BLOCK) {
        size_t block = count - at < XERIAL_BLOCK ? count - at : XERIAL_BLOCK, size = capacity - written - 4;
        if (snappy_compress((const char *)input + at, block, (char *)output + written + 4, &size) != SNAPPY_OK)
            return CCODEC_TOO_LARGE;
        store_big_endian(output + written, (uint32_t)size);
        written += 4 + size;
    }
    return (int64_t)written;
}

static int64_t snappy_block(const uint8_t *input, size_t count, growth *out) {
    size_t size = 0;
    if (snappy_uncompressed_length((const char *)input, count, &size) != SNAPPY_OK) return CCODEC_DAMAGED;
    int64_t code = growth_reserve(out, size);
    if (code) return code;
    size_t written = size;
    if (snappy_uncompress((const char *)input, count, (char *)out->bytes + out->count, &written) != SNAPPY_OK)
        return CCODEC_DAMAGED;
    out->count += written;
    return 0;
}

static int64_t snappy_decompress(const uint8_t *input, size_t count, growth *out) {
    if (count < XERIAL_HEADER || memcmp(input, xerial_magic, sizeof xerial_magic) != 0)
        return snappy_block(input, count, out);
    for (size_t at = XERIAL_HEADER; at < count;) {
        if (count - at < 4) return CCODEC_DAMAGED;
        size_t block = load_big_endian(input + at);
        at += 4;
        if (block > count - at) return CCODEC_DAMAGED;
        int64_t code = snappy_block(input + at, block, out);
        if (code) return code;
        at += block;
    }
    return 0;
}

// MARK: lz4 frames with independent 64 KiB blocks, as Kafka writes them

static LZ4F_preferences_t lz4_preferences(int level) {
    // As Kafka counts: its default level means the fast compressor, every other one the strong one, which begins at 3 here.
    if (level == CCODEC_LZ4_DEFAULT_LEVEL) level = 0;
    else if (level < 3) level = 3;
    return (LZ4F_preferences_t){
        .frameInfo = {.blockSizeID = LZ4F_max64KB, .blockMode = LZ4F_blockIndependent},
        .compressionLevel = level,
    };
}

static int64_t lz4_compress(const void *input, size_t count, int level, void *output, size_t capacity) {
    LZ4F_preferences_t preferences = lz4_preferences(level);
    size_t size = LZ4F_compressFrame(output, capacity, input, count, &preferences);
    return LZ4F_isError(size) ? CCODEC_TOO_LARGE : (int64_t)size;
}

static size_t lz4_bound(size_t count) {
    LZ4F_preferences_t preferences = lz4_preferences(CCODEC_LZ4_DEFAULT_LEVEL);
    return LZ4F_compressFrameBound(count, &preferences);
}

static int64_t lz4_decompress(const uint8_t *input, size_t count, growth *out) {
    LZ4F_dctx *context = NULL;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return CCODEC_NO_MEMORY;
    int64_t code = 0;
    size_t left = 1;
    // A frame that ends with bytes behind it is followed by another one.
    for (size_t at = 0; code == 0 && (left != 0 || at < count);) {
        uint8_t beyond;
        int full = out->count == out->capacity && out->capacity >= out->limit;
        if (!full) code = growth_more(out, count * 4 + 256);
        if (code) break;
        size_t room = full ? 1 : out->capacity - out->count, taken = count - at;
        left = LZ4F_decompress(context, full ? &beyond : out->bytes + out->count, &room, input + at, &taken, NULL);
        if (LZ4F_isError(left)) code = CCODEC_DAMAGED;
        else if (full && room > 0) code = CCODEC_TOO_LARGE;
        else if (room == 0 && taken == 0) code = CCODEC_DAMAGED;
        at += taken;
        if (!full) out->count += room;
    }
    LZ4F_freeDecompressionContext(context);
    return code;
}

// MARK: zstd

static int64_t zstd_decompress(const uint8_t *input, size_t count, growth *out) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (!stream) return CCODEC_NO_MEMORY;
    ZSTD_initDStream(stream);
    unsigned long long stated = ZSTD_getFrameContentSize(input, count);
    size_t first = stated != ZSTD_CONTENTSIZE_UNKNOWN && stated != ZSTD_CONTENTSIZE_ERROR && stated < out->limit
        ? (size_t)stated + 1 : count * 4 + 256;
    ZSTD_inBuffer in = {input, count, 0};
    int64_t code = 0;
    size_t left = 1;
    // A frame that ends with bytes behind it is followed by another one.
    while (code == 0 && (left != 0 || in.pos < in.size)) {
        uint8_t beyond;
        int full = out->count == out->capacity && out->capacity >= out->limit;
        if (!full) code = growth_more(out, first);
        if (code) break;
        ZSTD_outBuffer room = {full ? &beyond : out->bytes + out->count, full ? 1 : out->capacity - out->count, 0};
        size_t before = in.pos;
        left = ZSTD_decompressStream(stream, &room, &in);
        if (ZSTD_isError(left)) code = CCODEC_DAMAGED;
        else if (full && room.pos > 0) code = CCODEC_TOO_LARGE;
        else if (room.pos == 0 && in.pos == before) code = CCODEC_DAMAGED;
        if (!full) out->count += room.pos;
    }
    ZSTD_freeDStream(stream);
    return code;
}

// MARK: The door

size_t ccodec_bound(int codec, size_t count) {
    switch (codec) {
    // deflateBound's worst case, with room for the gzip wrapper.
    case CCODEC_GZIP: return count + (count >> 12) + (count >> 14) + (count >> 25) + 64;
    case CCODEC_SNAPPY: return snappy_bound(count);
    case CCODEC_LZ4: return lz4_bound(count);
    case CCODEC_ZSTD: return ZSTD_compressBound(count);
    default: return 0;
    }
}

int64_t ccodec_compress(int codec, int level, const void *input, size_t count, void *output, size_t capacity) {
    size_t size;
    switch (codec) {
    case CCODEC_GZIP: return gzip_compress(input, count, level, output, capacity);
    case CCODEC_SNAPPY: return xerial_compress(input, count, output, capacity);
    case CCODEC_LZ4: return lz4_compress(input, count, level, output, capacity);
    case CCODEC_ZSTD:
        size = ZSTD_compress(output, capacity, input, count, level);
        return ZSTD_isError(size) ? CCODEC_TOO_LARGE : (int64_t)size;
    default: return CCODEC_UNKNOWN;
    }
}

int64_t ccodec_decompress(int codec, const void *input, size_t count, size_t limit, void **output) {
    growth out = {.limit = limit};
    int64_t code;
    switch (codec) {
    case CCODEC_GZIP: code = gzip_decompress(input, count, &out); break;
    case CCODEC_SNAPPY: code = snappy_decompress(input, count, &out); break;
    case CCODEC_LZ4: code = lz4_decompress(input, count, &out); break;
    case CCODEC_ZSTD: code = zstd_decompress(input, count, &out); break;
    default: code = CCODEC_UNKNOWN;
    }
    if (code) {
        free(out.bytes);
        return code;
    }
    *output = out.bytes;
    return (int64_t)out.count;
}

void ccodec_free(void *output) { free(output); }
