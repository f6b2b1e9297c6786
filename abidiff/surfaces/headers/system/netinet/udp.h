#ifndef _ABIDIFF_NETINET_UDP_H
#define _ABIDIFF_NETINET_UDP_H
#include <netinet/in.h>
struct udphdr;
#endif
