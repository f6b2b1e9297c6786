#ifndef _ABIDIFF_NET_IF_H
#define _ABIDIFF_NET_IF_H
#include <sys/socket.h>
#endif
