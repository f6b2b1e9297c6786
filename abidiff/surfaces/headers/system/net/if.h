#ifndef _ABIDIFF_NET_IF_H
#define _ABIDIFF_NET_IF_H
#include <sys/socket.h>
#define IF_NAMESIZE 16
#define IFNAMSIZ IF_NAMESIZE
struct if_nameindex {
    unsigned int if_index;
    char *if_name;
};
struct ifmap {
    unsigned long mem_start;
    unsigned long mem_end;
    unsigned short base_addr;
    unsigned char irq;
    unsigned char dma;
    unsigned char port;
};
struct ifreq {
    union {
        char ifrn_name[IFNAMSIZ];
    } ifr_ifrn;
    union {
        struct sockaddr ifru_addr;
        short ifru_flags;
        int ifru_ivalue;
        struct ifmap ifru_map;
        char ifru_newname[IFNAMSIZ];
        char *ifru_data;
    } ifr_ifru;
};
struct ifconf {
    int ifc_len;
    union {
        char *ifcu_buf;
        struct ifreq *ifcu_req;
    } ifc_ifcu;
};
#endif
