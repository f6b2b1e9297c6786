#ifndef _ABIDIFF_PATHS_H
#define _ABIDIFF_PATHS_H
#define _PATH_DEVNULL "/dev/null"
#define _PATH_TMP "/tmp/"
#endif
