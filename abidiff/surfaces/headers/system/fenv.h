#ifndef _ABIDIFF_FENV_H
#define _ABIDIFF_FENV_H
typedef struct {
#if defined __x86_64__
    unsigned int __words[8];
#elif defined __i386__
    unsigned int __words[7];
#elif defined __aarch64__
    unsigned int __words[2];
#elif defined __powerpc64__
    double __register;
#elif defined __s390x__
    unsigned int __fpc;
    void *__unused;
#else
    unsigned int __word;
#endif
} fenv_t;
typedef unsigned short fexcept_t;
#endif
