#ifndef _ABIDIFF_LINK_H
#define _ABIDIFF_LINK_H
#include <elf.h>
#include <dlfcn.h>
struct link_map;
struct dl_phdr_info;
#endif
