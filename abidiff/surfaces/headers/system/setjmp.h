#ifndef _ABIDIFF_SETJMP_H
#define _ABIDIFF_SETJMP_H
#if defined __x86_64__
#define __ABIDIFF_JMP 25
#elif defined __i386__
#define __ABIDIFF_JMP 39
#elif defined __aarch64__
#define __ABIDIFF_JMP 39
#elif defined __riscv
#define __ABIDIFF_JMP 43
#elif defined __loongarch__
#define __ABIDIFF_JMP 38
#elif defined __s390x__
#define __ABIDIFF_JMP 35
#elif defined __powerpc64__
#define __ABIDIFF_JMP 82
#else
#define __ABIDIFF_JMP 98
#endif
struct __jmp_buf_tag {
    long __opaque[__ABIDIFF_JMP];
#ifdef __powerpc64__
} __attribute__((aligned(16)));
#elif defined __arm__
} __attribute__((aligned(8)));
#else
};
#endif
#undef __ABIDIFF_JMP
typedef struct __jmp_buf_tag jmp_buf[1];
typedef struct __jmp_buf_tag sigjmp_buf[1];
void longjmp(jmp_buf, int) __attribute__((__noreturn__));
#define setjmp(env) _setjmp(env)
#endif
