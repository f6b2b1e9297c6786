#ifndef _ABIDIFF_REGEX_H
#define _ABIDIFF_REGEX_H
#include <sys/types.h>
typedef int regoff_t;
typedef struct {
    regoff_t rm_so;
    regoff_t rm_eo;
} regmatch_t;
struct re_pattern_buffer {
    void *__buffer;
    unsigned long __allocated;
    unsigned long __used;
    unsigned long __syntax;
    char *__fastmap;
    unsigned char *__translate;
    size_t re_nsub;
    unsigned char __flags;
};
typedef struct re_pattern_buffer regex_t;
#define REG_EXTENDED 1
#define REG_ICASE (1 << 1)
#define REG_NEWLINE (1 << 2)
#define REG_NOSUB (1 << 3)
#endif
