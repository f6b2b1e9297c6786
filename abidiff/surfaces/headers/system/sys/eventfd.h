#ifndef _ABIDIFF_SYS_EVENTFD_H
#define _ABIDIFF_SYS_EVENTFD_H
#include <stdint.h>
typedef uint64_t eventfd_t;
#endif
