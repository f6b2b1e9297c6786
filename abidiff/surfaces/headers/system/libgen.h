#ifndef _ABIDIFF_LIBGEN_H
#define _ABIDIFF_LIBGEN_H

#endif
