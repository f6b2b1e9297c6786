#ifndef _ABIDIFF_EXECINFO_H
#define _ABIDIFF_EXECINFO_H

#endif
