#ifndef _ABIDIFF_ERROR_H
#define _ABIDIFF_ERROR_H

#endif
