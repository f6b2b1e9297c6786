#ifndef _ABIDIFF_TGMATH_H
#define _ABIDIFF_TGMATH_H
#include <math.h>
#include <complex.h>
#endif
