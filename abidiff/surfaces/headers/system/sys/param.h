#ifndef _ABIDIFF_SYS_PARAM_H
#define _ABIDIFF_SYS_PARAM_H
#include <limits.h>
#include <endian.h>
#define MAXPATHLEN PATH_MAX
#endif
