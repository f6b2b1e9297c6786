#ifndef _ABIDIFF_SYS_IOCTL_H
#define _ABIDIFF_SYS_IOCTL_H
#endif
