#ifndef _ABIDIFF_CTYPE_H
#define _ABIDIFF_CTYPE_H
int isalnum(int);
int isalpha(int);
int iscntrl(int);
int isdigit(int);
int isgraph(int);
int islower(int);
int isprint(int);
int ispunct(int);
int isspace(int);
int isupper(int);
int isxdigit(int);
int isblank(int);
int tolower(int);
int toupper(int);
#ifndef __cplusplus
#define __isascii(c) (((c) & ~0x7f) == 0)
#define __toascii(c) ((c) & 0x7f)
#define isascii(c) __isascii(c)
#define toascii(c) __toascii(c)
#endif
#endif
