#ifndef _ABIDIFF_SYS_SIGNAL_H
#define _ABIDIFF_SYS_SIGNAL_H
#include <signal.h>
#endif
