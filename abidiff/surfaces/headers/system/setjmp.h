#ifndef _ABIDIFF_SETJMP_H
#define _ABIDIFF_SETJMP_H
struct __jmp_buf_tag {
    long __opaque[25];
};
typedef struct __jmp_buf_tag jmp_buf[1];
typedef struct __jmp_buf_tag sigjmp_buf[1];
void longjmp(jmp_buf, int) __attribute__((__noreturn__));
#define setjmp(env) _setjmp(env)
#endif
