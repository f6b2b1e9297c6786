#ifndef _ABIDIFF_LOCALE_H
#define _ABIDIFF_LOCALE_H
#define LC_CTYPE 0
#define LC_NUMERIC 1
#define LC_TIME 2
#define LC_COLLATE 3
#define LC_MONETARY 4
#define LC_MESSAGES 5
#define LC_ALL 6
struct __locale_struct;
typedef struct __locale_struct *locale_t;
#endif
