#ifndef _ABIDIFF_ERR_H
#define _ABIDIFF_ERR_H
#include <stdarg.h>
#endif
