#ifndef _ABIDIFF_SYS_IOCTL_H
#define _ABIDIFF_SYS_IOCTL_H
#include <asm/ioctl.h>
int ioctl(int fd, unsigned long request, ...);
#endif
