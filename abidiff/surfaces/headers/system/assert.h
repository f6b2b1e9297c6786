#undef assert
#define assert(e) ((void)0)
#define static_assert _Static_assert
