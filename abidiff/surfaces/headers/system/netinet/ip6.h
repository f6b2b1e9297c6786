#ifndef _ABIDIFF_NETINET_IP6_H
#define _ABIDIFF_NETINET_IP6_H
#include <netinet/in.h>
struct ip6_hdr;
#endif
