#ifndef _ABIDIFF_SYS_VFS_H
#define _ABIDIFF_SYS_VFS_H
#include <sys/statfs.h>
#endif
