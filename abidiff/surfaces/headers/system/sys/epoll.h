#ifndef _ABIDIFF_SYS_EPOLL_H
#define _ABIDIFF_SYS_EPOLL_H
#include <stdint.h>
#include <sys/types.h>
enum EPOLL_EVENTS {
    EPOLLIN = 0x001,
    EPOLLPRI = 0x002,
    EPOLLOUT = 0x004,
    EPOLLERR = 0x008,
    EPOLLHUP = 0x010,
    EPOLLRDHUP = 0x2000,
    EPOLLONESHOT = 1u << 30,
    EPOLLET = 1u << 31
};
typedef union epoll_data {
    void *ptr;
    int fd;
    uint32_t u32;
    uint64_t u64;
} epoll_data_t;
#if defined __x86_64__ || defined __i386__
#define __abidiff_packed __attribute__((packed))
#else
#define __abidiff_packed
#endif
struct epoll_event {
    uint32_t events;
    epoll_data_t data;
} __abidiff_packed;
#undef __abidiff_packed
#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3
#endif
