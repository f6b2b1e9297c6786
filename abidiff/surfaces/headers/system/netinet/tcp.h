#ifndef _ABIDIFF_NETINET_TCP_H
#define _ABIDIFF_NETINET_TCP_H
#include <sys/socket.h>
#define TCP_NODELAY 1
#endif
