#ifndef _ABIDIFF_SYS_SENDFILE_H
#define _ABIDIFF_SYS_SENDFILE_H
#include <sys/types.h>
#endif
