#ifndef _ABIDIFF_ARPA_NAMESER_H
#define _ABIDIFF_ARPA_NAMESER_H
#include <sys/types.h>
#endif
