// What a plain loop over simdjson takes to count page views: the yardstick of weir-bench's window figures.
#ifndef CJSON_H
#define CJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Page views counted by page and minute.
typedef struct cjson_views cjson_views;

/// How many bytes must be readable behind the bytes given to cjson_views_take.
size_t cjson_padding(void);

/// Counts of nothing; with_users also keeps the different users of each page and minute, exactly. NULL without memory.
cjson_views *cjson_views_new(int with_users);

/// Takes `count` events, one JSON object each: event i lies from ends[i - 1] (0 for the first) to ends[i]. Returns how many had a page and a user.
size_t cjson_views_take(
    cjson_views *views, const char *bytes, const size_t *ends, const int64_t *timestamps, size_t count);

/// The sum of all counts, and in *users the sum of different users over pages and minutes.
uint64_t cjson_views_total(const cjson_views *views, uint64_t *users);

/// Gives the memory back.
void cjson_views_free(cjson_views *views);

#ifdef __cplusplus
}
#endif

#endif
