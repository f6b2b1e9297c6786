#ifndef _ABIDIFF_SYS_RANDOM_H
#define _ABIDIFF_SYS_RANDOM_H
#include <sys/types.h>
#endif
