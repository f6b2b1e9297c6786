#ifndef _ABIDIFF_SYS_STATVFS_H
#define _ABIDIFF_SYS_STATVFS_H
#include <sys/types.h>
struct statvfs;
#endif
