#ifndef _ABIDIFF_TERMIOS_H
#define _ABIDIFF_TERMIOS_H
typedef unsigned char cc_t;
typedef unsigned int speed_t;
typedef unsigned int tcflag_t;
struct termios;
#endif
