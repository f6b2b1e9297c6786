#ifndef _ABIDIFF_SYS_PTRACE_H
#define _ABIDIFF_SYS_PTRACE_H
#include <sys/types.h>
#endif
