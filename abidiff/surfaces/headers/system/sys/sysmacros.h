#ifndef _ABIDIFF_SYS_SYSMACROS_H
#define _ABIDIFF_SYS_SYSMACROS_H
#include <sys/types.h>
#define major(dev) gnu_dev_major(dev)
#define minor(dev) gnu_dev_minor(dev)
#define makedev(maj, min) gnu_dev_makedev(maj, min)
unsigned int gnu_dev_major(dev_t dev);
unsigned int gnu_dev_minor(dev_t dev);
dev_t gnu_dev_makedev(unsigned int major, unsigned int minor);
#endif
