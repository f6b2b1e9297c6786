#ifndef _ABIDIFF_SYSLOG_H
#define _ABIDIFF_SYSLOG_H
#include <sys/syslog.h>
#endif
