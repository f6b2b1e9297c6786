#ifndef _ABIDIFF_SYS_STAT_H
#define _ABIDIFF_SYS_STAT_H
#include <sys/types.h>
#include <time.h>
#ifdef _WIN32
struct stat {
    dev_t st_dev;
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    short st_uid;
    short st_gid;
    dev_t st_rdev;
    off_t st_size;
    time_t st_atime;
    time_t st_mtime;
    time_t st_ctime;
};
#else
struct stat {
    dev_t st_dev;
#if __SIZEOF_POINTER__ == 4
    unsigned short __st_pad1;
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    unsigned short __st_pad2;
    off_t st_size;
    blksize_t st_blksize;
    blkcnt_t st_blocks;
#elif defined __x86_64__ || defined __powerpc64__ || defined __s390x__
    ino_t st_ino;
    nlink_t st_nlink;
    mode_t st_mode;
    uid_t st_uid;
    gid_t st_gid;
    int __st_pad0;
    dev_t st_rdev;
    off_t st_size;
#ifndef __s390x__
    blksize_t st_blksize;
    blkcnt_t st_blocks;
#endif
#else
    ino_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    unsigned long __st_pad1;
    off_t st_size;
    blksize_t st_blksize;
    int __st_pad2;
    blkcnt_t st_blocks;
#endif
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
#if __SIZEOF_POINTER__ == 4
    unsigned long __st_reserved[2];
#elif defined __x86_64__ || defined __powerpc64__
    long __st_reserved[3];
#elif defined __s390x__
    blksize_t st_blksize;
    blkcnt_t st_blocks;
    long __st_reserved[3];
#else
    int __st_reserved[2];
#endif
};
struct stat64 {
    dev_t st_dev;
#if __SIZEOF_POINTER__ == 4
    unsigned short __st_pad1;
    ino_t __st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    unsigned short __st_pad2;
    off64_t st_size;
    blksize_t st_blksize;
    blkcnt64_t st_blocks;
#elif defined __x86_64__ || defined __powerpc64__ || defined __s390x__
    ino64_t st_ino;
    nlink_t st_nlink;
    mode_t st_mode;
    uid_t st_uid;
    gid_t st_gid;
    int __st_pad0;
    dev_t st_rdev;
    off64_t st_size;
#ifndef __s390x__
    blksize_t st_blksize;
    blkcnt64_t st_blocks;
#endif
#else
    ino64_t st_ino;
    mode_t st_mode;
    nlink_t st_nlink;
    uid_t st_uid;
    gid_t st_gid;
    dev_t st_rdev;
    unsigned long __st_pad1;
    off64_t st_size;
    blksize_t st_blksize;
    int __st_pad2;
    blkcnt64_t st_blocks;
#endif
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
#if __SIZEOF_POINTER__ == 4
    ino64_t st_ino;
#elif defined __x86_64__ || defined __powerpc64__
    long __st_reserved[3];
#elif defined __s390x__
    blksize_t st_blksize;
    blkcnt64_t st_blocks;
    long __st_reserved[3];
#else
    int __st_reserved[2];
#endif
};
#define st_atime st_atim.tv_sec
#define st_mtime st_mtim.tv_sec
#define st_ctime st_ctim.tv_sec
#endif
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IFMT 0170000
#define S_ISDIR(mode) (((mode) & 0170000) == 0040000)
#endif
