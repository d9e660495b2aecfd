#ifndef WEIR_CALLOCATOR_H
#define WEIR_CALLOCATOR_H

/// Tells the C library's allocator into how many arenas it may spread what threads allocate. Only counts for arenas that are not there yet, so it
/// belongs at the very start of a program. Does nothing where the library has no arenas (musl).
void weir_limit_arenas(int count);

/// Gives memory that was freed back to the system, so that what is resident tells what is held.
void weir_return_freed(void);

#endif
