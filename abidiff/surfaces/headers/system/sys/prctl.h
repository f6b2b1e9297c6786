#ifndef _ABIDIFF_SYS_PRCTL_H
#define _ABIDIFF_SYS_PRCTL_H

#endif
