#ifndef _ABIDIFF_NL_TYPES_H
#define _ABIDIFF_NL_TYPES_H
typedef void *nl_catd;
typedef int nl_item;
#endif
