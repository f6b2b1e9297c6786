#ifndef _ABIDIFF_SYS_IOCTL_H
#define _ABIDIFF_SYS_IOCTL_H
#include <asm/ioctl.h>
struct winsize {
    unsigned short ws_row;
    unsigned short ws_col;
    unsigned short ws_xpixel;
    unsigned short ws_ypixel;
};
int ioctl(int fd, unsigned long request, ...);
#endif
