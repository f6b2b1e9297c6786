#ifndef _ABIDIFF_SYS_IPC_H
#define _ABIDIFF_SYS_IPC_H
#include <sys/types.h>
struct ipc_perm {
    key_t __key;
    uid_t uid;
    gid_t gid;
    uid_t cuid;
    gid_t cgid;
#if defined __i386__ || defined __arm__
    unsigned short mode;
    unsigned short __pad1;
    unsigned short __seq;
    unsigned short __pad2;
    unsigned long __reserved1;
#else
    mode_t mode;
#ifdef __powerpc64__
    unsigned int __seq;
    unsigned int __pad1;
    unsigned long __reserved1;
#else
    unsigned short __seq;
    unsigned short __pad2;
    unsigned long __reserved1;
#endif
#endif
    unsigned long __reserved2;
};
#define IPC_CREAT 01000
#define IPC_EXCL 02000
#define IPC_NOWAIT 04000
#define IPC_RMID 0
#define IPC_SET 1
#define IPC_STAT 2
#define IPC_PRIVATE ((key_t)0)
#endif
