#ifndef _ABIDIFF_SPAWN_H
#define _ABIDIFF_SPAWN_H
#include <sched.h>
#include <signal.h>
struct posix_spawnattr_t_;
typedef struct posix_spawnattr_t_ posix_spawnattr_t;
struct posix_spawn_file_actions_t_;
typedef struct posix_spawn_file_actions_t_ posix_spawn_file_actions_t;
#endif
