#ifndef _ABIDIFF_SYS_MSG_H
#define _ABIDIFF_SYS_MSG_H
#include <sys/ipc.h>
struct msqid_ds;
#endif
