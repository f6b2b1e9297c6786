#ifndef _ABIDIFF_PTHREAD_H
#define _ABIDIFF_PTHREAD_H
#include <sys/types.h>
#include <time.h>
#ifdef __aarch64__
#define __ABIDIFF_MUTEX 48
#define __ABIDIFF_ATTR 64
#define __ABIDIFF_SMALL 8
#elif __SIZEOF_POINTER__ == 4
#define __ABIDIFF_MUTEX 24
#define __ABIDIFF_ATTR 36
#define __ABIDIFF_SMALL 4
#else
#define __ABIDIFF_MUTEX 40
#define __ABIDIFF_ATTR 56
#define __ABIDIFF_SMALL 4
#endif
typedef union { char __size[__ABIDIFF_MUTEX]; long __align; } pthread_mutex_t;
typedef union { char __size[48]; long long __align; } pthread_cond_t;
typedef union { char __size[sizeof(void *) == 8 ? 56 : 32]; long __align; } pthread_rwlock_t;
typedef union { char __size[sizeof(void *) == 8 ? 32 : 20]; long __align; } pthread_barrier_t;
typedef union pthread_attr_t { char __size[__ABIDIFF_ATTR]; long __align; } pthread_attr_t;
typedef union { char __size[__ABIDIFF_SMALL]; int __align; } pthread_mutexattr_t;
typedef union { char __size[__ABIDIFF_SMALL]; int __align; } pthread_condattr_t;
typedef union { char __size[8]; long __align; } pthread_rwlockattr_t;
typedef union { char __size[__ABIDIFF_SMALL]; int __align; } pthread_barrierattr_t;
typedef volatile int pthread_spinlock_t;
#undef __ABIDIFF_MUTEX
#undef __ABIDIFF_ATTR
#undef __ABIDIFF_SMALL
typedef unsigned int pthread_key_t;
typedef int pthread_once_t;
#define PTHREAD_ONCE_INIT 0
#define PTHREAD_MUTEX_INITIALIZER { { 0 } }
#endif
