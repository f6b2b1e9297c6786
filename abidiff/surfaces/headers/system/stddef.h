#ifndef _ABIDIFF_STDDEF_H
#define _ABIDIFF_STDDEF_H
typedef __abidiff_size_t size_t;
typedef __abidiff_ptrdiff_t ptrdiff_t;
typedef __abidiff_wchar_t wchar_t;
typedef struct {
    long long __max_align_ll __attribute__((__aligned__(__alignof__(long long))));
    long double __max_align_ld __attribute__((__aligned__(16)));
} max_align_t;
#define NULL ((void *)0)
#define offsetof(TYPE, MEMBER) __builtin_offsetof(TYPE, MEMBER)
#endif
