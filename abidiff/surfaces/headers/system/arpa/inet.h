#ifndef _ABIDIFF_ARPA_INET_H
#define _ABIDIFF_ARPA_INET_H
#include <netinet/in.h>
#endif
