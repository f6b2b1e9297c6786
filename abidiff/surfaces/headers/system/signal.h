#ifndef _ABIDIFF_SIGNAL_H
#define _ABIDIFF_SIGNAL_H
#include <sys/types.h>
typedef int sig_atomic_t;
typedef struct { unsigned long __val[1024 / (8 * sizeof(unsigned long))]; } sigset_t;
struct siginfo_t_;
typedef struct siginfo_t_ siginfo_t;
typedef void (*sighandler_t)(int);
#define SIG_DFL ((sighandler_t)0)
#define SIGINT 2
#define SIGTERM 15
#endif
