#include "CCodec.h"

#include <pthread.h>
#include <string.h>

// Reflected Castagnoli polynomial.
#define POLYNOMIAL 0x82f63b78u

static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
        table[0][n] = crc;
    }
    for (uint32_t n = 0; n < 256; n++)
        for (int k = 1; k < 8; k++) table[k][n] = (table[k - 1][n] >> 8) ^ table[0][table[k - 1][n] & 0xff];
}

// Slicing by 8, for processors without the instruction.
static uint32_t crc_by_table(uint32_t crc, const uint8_t *p, size_t n) {
    pthread_once(&table_once, fill_table);
    while (n >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        word ^= crc;
        crc = table[7][word & 0xff] ^ table[6][(word >> 8) & 0xff] ^ table[5][(word >> 16) & 0xff]
            ^ table[4][(word >> 24) & 0xff] ^ table[3][(word >> 32) & 0xff] ^ table[2][(word >> 40) & 0xff]
            ^ table[1][(word >> 48) & 0xff] ^ table[0][word >> 56];
        p += 8;
        n -= 8;
    }
    while (n--) crc = (crc >> 8) ^ table[0][(crc ^ *p++) & 0xff];
    return crc;
}

uint32_t ccodec_crc32c_by_table(uint32_t crc, const void *bytes, size_t count) { return ~crc_by_table(~crc, bytes, count); }

// The instruction of each processor that has one: a step of eight bytes and one of a byte, and whether it is there. The state is as wide
// as the instruction's register, so that no step has to narrow it.

#if defined(__x86_64__)
#include <nmmintrin.h>
#define WITH_INSTRUCTION __attribute__((target("sse4.2")))

typedef uint64_t crc_state;
WITH_INSTRUCTION static inline crc_state step_word(crc_state crc, uint64_t word) { return _mm_crc32_u64(crc, word); }
WITH_INSTRUCTION static inline crc_state step_byte(crc_state crc, uint8_t byte) { return _mm_crc32_u8((uint32_t)crc, byte); }
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }

#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define WITH_INSTRUCTION __attribute__((target("crc")))

typedef uint32_t crc_state;
WITH_INSTRUCTION static inline crc_state step_word(crc_state crc, uint64_t word) { return __crc32cd(crc, word); }
WITH_INSTRUCTION static inline crc_state step_byte(crc_state crc, uint8_t byte) { return __crc32cb(crc, byte); }
// Bit 7 of the kernel's word about the processor is HWCAP_CRC32.
static int has_instruction(void) { return (getauxval(AT_HWCAP) & (1ul << 7)) != 0; }

#endif

#if defined(WITH_INSTRUCTION)

// Bytes of each of three streams that run interleaved: the instruction has a latency of about three cycles and a throughput of one.
#define STREAM 4096

static int is_there;
// What appending STREAM zero bytes does to a CRC, as a table per byte of the CRC.
static uint32_t shift_table[4][256];
static pthread_once_t instruction_once = PTHREAD_ONCE_INIT;

WITH_INSTRUCTION static uint32_t crc_serial(uint32_t start, const uint8_t *p, size_t n) {
    crc_state crc = start;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        crc = step_word(crc, word);
    }
    while (n--) crc = step_byte(crc, *p++);
    return (uint32_t)crc;
}

static void look_for_instruction(void) {
    static const uint8_t zeros[STREAM];
    is_there = has_instruction();
    if (!is_there) return;
    for (int byte = 0; byte < 4; byte++)
        for (uint32_t n = 0; n < 256; n++) shift_table[byte][n] = crc_serial(n << (8 * byte), zeros, STREAM);
}

static uint32_t shift(uint32_t crc) {
    return shift_table[0][crc & 0xff] ^ shift_table[1][(crc >> 8) & 0xff] ^ shift_table[2][(crc >> 16) & 0xff]
        ^ shift_table[3][crc >> 24];
}

WITH_INSTRUCTION static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *p, size_t n) {
    for (; n >= 3 * STREAM; p += 3 * STREAM, n -= 3 * STREAM) {
        crc_state a = crc, b = 0, c = 0;
        for (size_t i = 0; i < STREAM; i += 8) {
            uint64_t x, y, z;
            memcpy(&x, p + i, 8);
            memcpy(&y, p + STREAM + i, 8);
            memcpy(&z, p + 2 * STREAM + i, 8);
            a = step_word(a, x);
            b = step_word(b, y);
            c = step_word(c, z);
        }
        crc = shift(shift((uint32_t)a) ^ (uint32_t)b) ^ (uint32_t)c;
    }
    return crc_serial(crc, p, n);
}

uint32_t ccodec_crc32c(uint32_t crc, const void *bytes, size_t count) {
    pthread_once(&instruction_once, look_for_instruction);
    return is_there ? ~crc_by_instruction(~crc, bytes, count) : ccodec_crc32c_by_table(crc, bytes, count);
}

#else

uint32_t ccodec_crc32c(uint32_t crc, const void *bytes, size_t count) { return ccodec_crc32c_by_table(crc, bytes, count); }

#endif
