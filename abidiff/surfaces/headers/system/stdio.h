#ifndef _ABIDIFF_STDIO_H
#define _ABIDIFF_STDIO_H
#include <stddef.h>
#include <stdarg.h>
#include <sys/types.h>
struct _IO_FILE;
typedef struct _IO_FILE FILE;
typedef struct { __abidiff_off_t __pos; int __state[2]; } fpos_t;
#define EOF (-1)
#define BUFSIZ 8192
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define FILENAME_MAX 4096
extern FILE *stdin;
extern FILE *stdout;
extern FILE *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr
int printf(const char *, ...);
int fprintf(FILE *, const char *, ...);
int snprintf(char *, size_t, const char *, ...);
#endif
