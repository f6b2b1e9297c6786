#ifndef _ABIDIFF_STDNORETURN_H
#define _ABIDIFF_STDNORETURN_H
#define noreturn _Noreturn
#endif
