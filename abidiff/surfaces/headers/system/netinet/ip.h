#ifndef _ABIDIFF_NETINET_IP_H
#define _ABIDIFF_NETINET_IP_H
#include <netinet/in.h>
struct iphdr;
struct ip;
#endif
