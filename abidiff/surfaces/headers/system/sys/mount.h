#ifndef _ABIDIFF_SYS_MOUNT_H
#define _ABIDIFF_SYS_MOUNT_H
#include <sys/ioctl.h>
enum {
    MS_RDONLY = 1,
    MS_NOSUID = 2,
    MS_NODEV = 4,
    MS_NOEXEC = 8,
    MS_SYNCHRONOUS = 16,
    MS_REMOUNT = 32,
    MS_MANDLOCK = 64,
    MS_DIRSYNC = 128,
    MS_NOATIME = 1024,
    MS_NODIRATIME = 2048,
    MS_BIND = 4096,
    MS_MOVE = 8192,
    MS_REC = 16384,
    MS_SILENT = 32768
};
int mount(const char *source, const char *dir, const char *type, unsigned long flags, const void *data);
int umount(const char *dir);
#endif
