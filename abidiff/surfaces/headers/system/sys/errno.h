#ifndef _ABIDIFF_SYS_ERRNO_H
#define _ABIDIFF_SYS_ERRNO_H
#include <errno.h>
#endif
