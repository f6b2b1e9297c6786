#ifndef _ABIDIFF_FTW_H
#define _ABIDIFF_FTW_H
#include <sys/types.h>
#include <sys/stat.h>
#endif
