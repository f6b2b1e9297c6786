#ifndef _ABIDIFF_SHADOW_H
#define _ABIDIFF_SHADOW_H
#include <stdio.h>
struct spwd;
#endif
