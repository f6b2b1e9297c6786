#ifndef _ABIDIFF_THREADS_H
#define _ABIDIFF_THREADS_H
#include <time.h>
#include <sys/types.h>
typedef pthread_t thrd_t;
typedef int (*thrd_start_t)(void *);
typedef void (*tss_dtor_t)(void *);
typedef unsigned int tss_t;
#endif
