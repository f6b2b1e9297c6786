#ifndef _ABIDIFF_STRINGS_H
#define _ABIDIFF_STRINGS_H
#include <stddef.h>
#endif
