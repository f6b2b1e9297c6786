#ifndef _ABIDIFF_LANGINFO_H
#define _ABIDIFF_LANGINFO_H
#include <nl_types.h>
#endif
