#ifndef _ABIDIFF_SYS_SYSINFO_H
#define _ABIDIFF_SYS_SYSINFO_H
struct sysinfo;
#endif
