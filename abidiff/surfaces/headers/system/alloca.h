#ifndef _ABIDIFF_ALLOCA_H
#define _ABIDIFF_ALLOCA_H
#define alloca(size) __builtin_alloca(size)
#endif
