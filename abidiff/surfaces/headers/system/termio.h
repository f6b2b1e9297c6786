#ifndef _ABIDIFF_TERMIO_H
#define _ABIDIFF_TERMIO_H
#include <termios.h>
#endif
