#ifndef _ABIDIFF_SYS_TIME_H
#define _ABIDIFF_SYS_TIME_H
#include <time.h>
typedef __abidiff_suseconds_t suseconds_t;
struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};
struct itimerval {
    struct timeval it_interval;
    struct timeval it_value;
};
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};
#define timerclear(tvp) ((tvp)->tv_sec = (tvp)->tv_usec = 0)
#define timerisset(tvp) ((tvp)->tv_sec || (tvp)->tv_usec)
#define timercmp(a, b, CMP) (((a)->tv_sec == (b)->tv_sec) ? ((a)->tv_usec CMP (b)->tv_usec) : ((a)->tv_sec CMP (b)->tv_sec))
#define timeradd(a, b, result) ((void)0)
#define timersub(a, b, result) ((void)0)
#endif
