#ifndef _ABIDIFF_FENV_H
#define _ABIDIFF_FENV_H
struct fenv_t_;
typedef struct fenv_t_ fenv_t;
typedef unsigned short fexcept_t;
#endif
