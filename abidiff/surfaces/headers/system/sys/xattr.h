#ifndef _ABIDIFF_SYS_XATTR_H
#define _ABIDIFF_SYS_XATTR_H
#include <sys/types.h>
enum {
    XATTR_CREATE = 1,
    XATTR_REPLACE = 2
};
#endif
