#ifndef _ABIDIFF_SYS_TIMERFD_H
#define _ABIDIFF_SYS_TIMERFD_H
#include <time.h>
#endif
