#ifndef _ABIDIFF_RESOLV_H
#define _ABIDIFF_RESOLV_H
#include <netinet/in.h>
#include <arpa/nameser.h>
#endif
