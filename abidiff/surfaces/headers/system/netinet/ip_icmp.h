#ifndef _ABIDIFF_NETINET_IP_ICMP_H
#define _ABIDIFF_NETINET_IP_ICMP_H
#include <netinet/in.h>
struct icmphdr;
struct icmp;
#endif
