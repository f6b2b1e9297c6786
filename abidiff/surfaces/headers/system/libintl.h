#ifndef _ABIDIFF_LIBINTL_H
#define _ABIDIFF_LIBINTL_H
char *gettext(const char *);
char *dgettext(const char *, const char *);
char *dcgettext(const char *, const char *, int);
#endif
