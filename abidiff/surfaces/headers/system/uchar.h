#ifndef _ABIDIFF_UCHAR_H
#define _ABIDIFF_UCHAR_H
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
typedef uint_least16_t char16_t;
typedef uint_least32_t char32_t;
#endif
