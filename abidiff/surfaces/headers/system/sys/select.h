#ifndef _ABIDIFF_SYS_SELECT_H
#define _ABIDIFF_SYS_SELECT_H
#include <sys/time.h>
#define FD_SETSIZE 1024
typedef struct {
    long __fds_bits[1024 / (8 * sizeof(long))];
} fd_set;
#define FD_SET(fd, set) ((void)0)
#define FD_CLR(fd, set) ((void)0)
#define FD_ISSET(fd, set) 0
#define FD_ZERO(set) ((void)0)
int select(int, fd_set *, fd_set *, fd_set *, struct timeval *);
#endif
