#ifndef _ABIDIFF_CTYPE_H
#define _ABIDIFF_CTYPE_H
#endif
