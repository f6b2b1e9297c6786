#ifndef _ABIDIFF_SYS_RESOURCE_H
#define _ABIDIFF_SYS_RESOURCE_H
#include <sys/time.h>
typedef unsigned long rlim_t;
struct rlimit {
    rlim_t rlim_cur;
    rlim_t rlim_max;
};
struct rusage;
#endif
