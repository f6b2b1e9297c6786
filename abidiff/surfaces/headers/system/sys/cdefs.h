#ifndef _ABIDIFF_SYS_CDEFS_H
#define _ABIDIFF_SYS_CDEFS_H
#define __BEGIN_DECLS
#define __END_DECLS
#define __THROW __attribute__((__nothrow__))
#define __P(args) args
#endif
