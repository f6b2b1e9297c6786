#ifndef _ABIDIFF_WCHAR_H
#define _ABIDIFF_WCHAR_H
#include <stddef.h>
typedef __abidiff_wint_t wint_t;
typedef struct { int __count; union { unsigned int __wch; char __wchb[4]; } __value; } mbstate_t;
#define WEOF (0xffffffffu)
#endif
