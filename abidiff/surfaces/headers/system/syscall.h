#ifndef _ABIDIFF_SYSCALL_H
#define _ABIDIFF_SYSCALL_H
#include <sys/syscall.h>
#endif
