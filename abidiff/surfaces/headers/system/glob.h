#ifndef _ABIDIFF_GLOB_H
#define _ABIDIFF_GLOB_H
#include <stddef.h>
struct glob_t_;
typedef struct glob_t_ glob_t;
#endif
