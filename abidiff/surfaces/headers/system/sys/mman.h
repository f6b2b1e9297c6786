#ifndef _ABIDIFF_SYS_MMAN_H
#define _ABIDIFF_SYS_MMAN_H
#include <sys/types.h>
#endif
