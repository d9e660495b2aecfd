#pragma once
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "CCodec.h"

// Memory that grows by doubling, never beyond a limit.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity, limit;
} growth;

// Makes room for at least one more byte; 0, or a negative code.
static inline int64_t growth_more(growth *g, size_t first) {
    if (g->count < g->capacity) return 0;
    if (g->capacity >= g->limit) return CCODEC_TOO_LARGE;
    size_t wanted = g->capacity ? g->capacity * 2 : first;
    if (wanted > g->limit) wanted = g->limit;
    uint8_t *bytes = realloc(g->bytes, wanted);
    if (!bytes) return CCODEC_NO_MEMORY;
    g->bytes = bytes;
    g->capacity = wanted;
    return 0;
}

// Makes room for `more` bytes at once; 0, or a negative code.
static inline int64_t growth_reserve(growth *g, size_t more) {
    if (more > g->limit - g->count) return CCODEC_TOO_LARGE;
    if (g->capacity - g->count >= more) return 0;
    size_t wanted = g->capacity * 2;
    if (wanted < g->count + more) wanted = g->count + more;
    if (wanted > g->limit) wanted = g->limit;
    uint8_t *bytes = realloc(g->bytes, wanted ? wanted : 1);
    if (!bytes) return CCODEC_NO_MEMORY;
    g->bytes = bytes;
    g->capacity = wanted;
    return 0;
}
