#ifndef _ABIDIFF_TIME_H
#define _ABIDIFF_TIME_H
#include <stddef.h>
typedef __abidiff_time_t time_t;
typedef __abidiff_clock_t clock_t;
typedef int clockid_t;
typedef void *timer_t;
struct timespec {
    time_t tv_sec;
    long tv_nsec;
};
struct itimerspec {
    struct timespec it_interval;
    struct timespec it_value;
};
struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;
    int tm_year;
    int tm_wday;
    int tm_yday;
    int tm_isdst;
#ifndef _WIN32
    long tm_gmtoff;
    const char *tm_zone;
#endif
};
#define CLOCKS_PER_SEC 1000000L
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#endif
