#ifndef _ABIDIFF_UCONTEXT_H
#define _ABIDIFF_UCONTEXT_H
#include <sys/ucontext.h>
#endif
