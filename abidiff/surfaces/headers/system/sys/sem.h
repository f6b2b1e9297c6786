#ifndef _ABIDIFF_SYS_SEM_H
#define _ABIDIFF_SYS_SEM_H
#include <sys/ipc.h>
struct semid_ds;
struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};
#endif
