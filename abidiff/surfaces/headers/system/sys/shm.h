#ifndef _ABIDIFF_SYS_SHM_H
#define _ABIDIFF_SYS_SHM_H
#include <sys/ipc.h>
struct shmid_ds;
#endif
