#ifndef _ABIDIFF_SYS_UNISTD_H
#define _ABIDIFF_SYS_UNISTD_H
#include <unistd.h>
#endif
