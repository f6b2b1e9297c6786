#ifndef _ABIDIFF_ICONV_H
#define _ABIDIFF_ICONV_H
typedef void *iconv_t;
#endif
