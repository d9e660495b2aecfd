#include "CAllocator.h"

#include <malloc.h>

void weir_limit_arenas(int count) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}

void weir_return_freed(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
