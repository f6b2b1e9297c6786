#ifndef _ABIDIFF_SYS_SIGNALFD_H
#define _ABIDIFF_SYS_SIGNALFD_H
#include <stdint.h>
#include <signal.h>
struct signalfd_siginfo;
#endif
