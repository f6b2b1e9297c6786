#ifndef _ABIDIFF_SYS_BITYPES_H
#define _ABIDIFF_SYS_BITYPES_H
#include <sys/types.h>
#endif
