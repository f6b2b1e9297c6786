#ifndef _ABIDIFF_SYS_UCONTEXT_H
#define _ABIDIFF_SYS_UCONTEXT_H
#include <signal.h>
struct ucontext_t;
typedef struct ucontext_t ucontext_t;
#endif
