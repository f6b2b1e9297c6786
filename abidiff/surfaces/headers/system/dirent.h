#ifndef _ABIDIFF_DIRENT_H
#define _ABIDIFF_DIRENT_H
#include <sys/types.h>
struct __dirstream;
typedef struct __dirstream DIR;
struct dirent;
#endif
