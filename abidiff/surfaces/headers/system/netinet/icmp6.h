#ifndef _ABIDIFF_NETINET_ICMP6_H
#define _ABIDIFF_NETINET_ICMP6_H
#include <netinet/in.h>
struct icmp6_hdr;
#endif
