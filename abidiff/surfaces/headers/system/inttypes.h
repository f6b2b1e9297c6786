#ifndef _ABIDIFF_INTTYPES_H
#define _ABIDIFF_INTTYPES_H
#include <stdint.h>
#define PRId32 "d"
#define PRIu32 "u"
#define PRIx32 "x"
#define PRIX32 "X"
#define PRIi32 "i"
#define PRId64 "ld"
#define PRIu64 "lu"
#define PRIx64 "lx"
#define PRIX64 "lX"
#define PRIi64 "li"
#define PRIo64 "lo"
#define SCNd64 "ld"
#define SCNu64 "lu"
#define SCNx64 "lx"
#endif
