#ifndef _ABIDIFF_LINUX_IOCTL_H
#define _ABIDIFF_LINUX_IOCTL_H
#include <asm/ioctl.h>
#endif
