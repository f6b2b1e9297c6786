#ifndef _ABIDIFF_SYS_STATFS_H
#define _ABIDIFF_SYS_STATFS_H
#include <sys/types.h>
#ifdef __s390x__
typedef unsigned int __abidiff_fsword_t;
#else
typedef long __abidiff_fsword_t;
#endif
struct statfs {
    __abidiff_fsword_t f_type;
    __abidiff_fsword_t f_bsize;
    fsblkcnt_t f_blocks;
    fsblkcnt_t f_bfree;
    fsblkcnt_t f_bavail;
    fsfilcnt_t f_files;
    fsfilcnt_t f_ffree;
    fsid_t f_fsid;
    __abidiff_fsword_t f_namelen;
    __abidiff_fsword_t f_frsize;
    __abidiff_fsword_t f_flags;
    __abidiff_fsword_t f_spare[4];
};
#endif
