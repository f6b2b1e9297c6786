#ifndef _ABIDIFF_SYS_CDEFS_H
#define _ABIDIFF_SYS_CDEFS_H
#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif
#define __THROW __attribute__((__nothrow__))
#define __P(args) args
#endif
