#ifndef _ABIDIFF_SYS_TYPES_H
#define _ABIDIFF_SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef char *caddr_t;
typedef __abidiff_ssize_t ssize_t;
typedef __abidiff_off_t off_t;
typedef __abidiff_off64_t off64_t;
typedef __abidiff_off64_t loff_t;
typedef uint64_t ino64_t;
typedef __abidiff_off64_t blkcnt64_t;
typedef unsigned long fsblkcnt_t;
typedef unsigned long fsfilcnt_t;
typedef struct { int __val[2]; } fsid_t;
typedef __abidiff_pid_t pid_t;
typedef __abidiff_mode_t mode_t;
typedef __abidiff_dev_t dev_t;
typedef __abidiff_ino_t ino_t;
typedef __abidiff_nlink_t nlink_t;
typedef __abidiff_blksize_t blksize_t;
typedef __abidiff_blkcnt_t blkcnt_t;
typedef __abidiff_clock_t clock_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int id_t;
typedef unsigned int useconds_t;
typedef int key_t;
typedef int clockid_t;
typedef void *timer_t;
typedef __abidiff_pthread_t pthread_t;
#endif
