#ifndef _ABIDIFF_SYS_INOTIFY_H
#define _ABIDIFF_SYS_INOTIFY_H
#include <stdint.h>
struct inotify_event {
    int wd;
    uint32_t mask;
    uint32_t cookie;
    uint32_t len;
    char name[];
};
#define IN_ACCESS 0x00000001
#define IN_MODIFY 0x00000002
#define IN_CREATE 0x00000100
#define IN_DELETE 0x00000200
#endif
