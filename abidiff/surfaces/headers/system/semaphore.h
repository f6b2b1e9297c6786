#ifndef _ABIDIFF_SEMAPHORE_H
#define _ABIDIFF_SEMAPHORE_H
#include <sys/types.h>
typedef union {
    char __size[4 * sizeof(long)];
    long __align;
} sem_t;
#endif
