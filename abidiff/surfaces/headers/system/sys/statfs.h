#ifndef _ABIDIFF_SYS_STATFS_H
#define _ABIDIFF_SYS_STATFS_H
#include <sys/types.h>
struct statfs;
#endif
