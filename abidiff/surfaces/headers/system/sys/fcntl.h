#ifndef _ABIDIFF_SYS_FCNTL_H
#define _ABIDIFF_SYS_FCNTL_H
#include <fcntl.h>
#endif
