#ifndef _ABIDIFF_NETINET_ETHER_H
#define _ABIDIFF_NETINET_ETHER_H
#include <net/ethernet.h>
#endif
