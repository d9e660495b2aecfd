#define _GNU_SOURCE
#include "CDisk.h"

#include <sys/uio.h>

ptrdiff_t cdisk_read_cached(int descriptor, void *bytes, size_t count, int64_t offset) {
    struct iovec target = {.iov_base = bytes, .iov_len = count};
    return preadv2(descriptor, &target, 1, (off_t)offset, RWF_NOWAIT);
}
