#ifndef _ABIDIFF_STDINT_H
#define _ABIDIFF_STDINT_H
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef __abidiff_int64_t int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef __abidiff_uint64_t uint64_t;
typedef signed char int_least8_t;
typedef short int_least16_t;
typedef int int_least32_t;
typedef __abidiff_int64_t int_least64_t;
typedef unsigned char uint_least8_t;
typedef unsigned short uint_least16_t;
typedef unsigned int uint_least32_t;
typedef __abidiff_uint64_t uint_least64_t;
typedef signed char int_fast8_t;
typedef __abidiff_int_fast16_t int_fast16_t;
typedef __abidiff_int_fast32_t int_fast32_t;
typedef __abidiff_int64_t int_fast64_t;
typedef unsigned char uint_fast8_t;
typedef __abidiff_uint_fast16_t uint_fast16_t;
typedef __abidiff_uint_fast32_t uint_fast32_t;
typedef __abidiff_uint64_t uint_fast64_t;
typedef __abidiff_intptr_t intptr_t;
typedef __abidiff_uintptr_t uintptr_t;
typedef __abidiff_intmax_t intmax_t;
typedef __abidiff_uintmax_t uintmax_t;
#define INT8_MIN (-128)
#define INT8_MAX (127)
#define UINT8_MAX (255)
#define INT16_MIN (-32767 - 1)
#define INT16_MAX (32767)
#define UINT16_MAX (65535)
#define INT32_MIN (-2147483647 - 1)
#define INT32_MAX (2147483647)
#define UINT32_MAX (4294967295U)
#define INT64_MIN (-9223372036854775807L - 1)
#define INT64_MAX (9223372036854775807L)
#define UINT64_MAX (18446744073709551615UL)
#define INTPTR_MIN (-9223372036854775807L - 1)
#define INTPTR_MAX (9223372036854775807L)
#define UINTPTR_MAX (18446744073709551615UL)
#define INTMAX_MIN (-9223372036854775807L - 1)
#define INTMAX_MAX (9223372036854775807L)
#define UINTMAX_MAX (18446744073709551615UL)
#define PTRDIFF_MIN (-9223372036854775807L - 1)
#define PTRDIFF_MAX (9223372036854775807L)
#define SIZE_MAX (18446744073709551615UL)
#define INT8_C(c) c
#define INT16_C(c) c
#define INT32_C(c) c
#define INT64_C(c) c##L
#define UINT8_C(c) c
#define UINT16_C(c) c
#define UINT32_C(c) c##U
#define UINT64_C(c) c##UL
#define INTMAX_C(c) c##L
#define UINTMAX_C(c) c##UL
#endif
