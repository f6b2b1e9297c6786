#ifndef _ABIDIFF_COMPLEX_H
#define _ABIDIFF_COMPLEX_H
#define complex _Complex
#define _Complex_I (__extension__ 1.0iF)
#define I _Complex_I
#endif
