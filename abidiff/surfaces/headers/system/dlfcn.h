#ifndef _ABIDIFF_DLFCN_H
#define _ABIDIFF_DLFCN_H
#define RTLD_LAZY 1
#define RTLD_NOW 2
#define RTLD_GLOBAL 0x100
#define RTLD_LOCAL 0
#endif
