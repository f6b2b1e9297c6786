#ifndef _ABIDIFF_NET_ETHERNET_H
#define _ABIDIFF_NET_ETHERNET_H
#include <stdint.h>
#define ETH_ALEN 6
struct ether_addr {
    uint8_t ether_addr_octet[6];
} __attribute__((packed));
#endif
