#ifndef _ABIDIFF_SYS_STAT_H
#define _ABIDIFF_SYS_STAT_H
#include <sys/types.h>
#include <time.h>
struct stat;
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IFMT 0170000
#define S_ISDIR(mode) (((mode) & 0170000) == 0040000)
#endif
