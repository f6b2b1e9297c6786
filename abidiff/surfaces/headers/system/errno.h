#ifndef _ABIDIFF_ERRNO_H
#define _ABIDIFF_ERRNO_H
#define errno (*__errno_location())
int *__errno_location(void);
#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define EBADF 9
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EBUSY 16
#define EEXIST 17
#define EINVAL 22
#define ENOSPC 28
#define EPIPE 32
#define ERANGE 34
#define ENOSYS 38
#define EWOULDBLOCK EAGAIN
#define EOVERFLOW 75
#define EADDRINUSE 98
#define ECONNABORTED 103
#define ECONNRESET 104
#define ENOTCONN 107
#define ETIMEDOUT 110
#define ECONNREFUSED 111
#define EINPROGRESS 115
#endif
