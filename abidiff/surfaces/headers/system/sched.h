#ifndef _ABIDIFF_SCHED_H
#define _ABIDIFF_SCHED_H
#include <sys/types.h>
#include <time.h>
struct sched_param {
    int sched_priority;
};
typedef struct {
    unsigned long __bits[1024 / (8 * sizeof(unsigned long))];
} cpu_set_t;
#define CPU_SETSIZE 1024
#define SCHED_OTHER 0
#define SCHED_FIFO 1
#define SCHED_RR 2
#endif
