#ifndef _ABIDIFF_UTIME_H
#define _ABIDIFF_UTIME_H
#include <time.h>
struct utimbuf {
    time_t actime;
    time_t modtime;
};
#endif
