#ifndef _ABIDIFF_SEARCH_H
#define _ABIDIFF_SEARCH_H
#include <stddef.h>
struct hsearch_data;
typedef int (*__compar_fn_t)(const void *, const void *);
typedef enum { preorder, postorder, endorder, leaf } VISIT;
#endif
