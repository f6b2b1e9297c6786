#ifndef _ABIDIFF_SIGNAL_H
#define _ABIDIFF_SIGNAL_H
#include <sys/types.h>
typedef int sig_atomic_t;
typedef struct { unsigned long __val[1024 / (8 * sizeof(unsigned long))]; } sigset_t;
typedef union sigval {
    int sival_int;
    void *sival_ptr;
} sigval_t;
typedef struct {
    int si_signo;
    int si_errno;
    int si_code;
    union {
        int __pad[sizeof(long) == 8 ? 28 : 29];
        void *__align;
    } __fields;
} siginfo_t;
typedef struct {
    void *ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;
typedef struct sigevent {
    union sigval sigev_value;
    int sigev_signo;
    int sigev_notify;
    union {
        int __pad[sizeof(void *) == 8 ? 12 : 13];
        void *__align;
    } __fields;
} sigevent_t;
struct sigaction {
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, siginfo_t *, void *);
    } __sigaction_handler;
#ifdef __s390x__
    int __reserved;
    int sa_flags;
    void (*sa_restorer)(void);
    sigset_t sa_mask;
#else
    sigset_t sa_mask;
    int sa_flags;
    void (*sa_restorer)(void);
#endif
};
#define sa_handler __sigaction_handler.sa_handler
#define sa_sigaction __sigaction_handler.sa_sigaction
typedef void (*sighandler_t)(int);
#define SIG_DFL ((sighandler_t)0)
#define SIGINT 2
#define SIGTERM 15
#endif
