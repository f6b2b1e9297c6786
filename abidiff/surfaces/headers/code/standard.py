"""Functions and objects that the C library declares (ISO C11 §7, POSIX.1-2017): a name of one needs no declaration."""

from __future__ import annotations

import re

STANDARD = frozenset(
    re.findall(
        r"\w+",
        """
    abort abs accept access acos acosf acosh alarm alloca asctime asctime_r asin asinf asinh asprintf assert atan atan2
    atan2f atanf atanh atexit atof atoi atol atoll atomic_compare_exchange_strong atomic_compare_exchange_weak
    atomic_exchange atomic_fetch_add atomic_fetch_and atomic_fetch_or atomic_fetch_sub atomic_init atomic_load
    atomic_load_explicit atomic_store atomic_store_explicit atomic_thread_fence basename bcmp bcopy bind bsearch
    bswap_16 bswap_32 bswap_64 btowc bzero calloc cbrt ceil ceilf chdir chmod chown clearerr clock clock_getres
    clock_gettime clock_nanosleep clock_settime close closedir closelog confstr connect copysign cos cosf cosh creat
    ctime ctime_r difftime dirfd dirname div dlclose dlerror dlopen dlsym dprintf dup dup2 environ erf erfc errno
    execl execle execlp execv execve execvp exit exp exp2 expf expm1 fabs fabsf fchdir fchmod fchown fclose fcntl
    fdatasync fdim fdopen feof ferror fflush ffs fgetc fgetpos fgets fgetwc fileno flockfile floor floorf fma fmax fmin
    fmod fmodf fnmatch fopen fork fpathconf fprintf fputc fputs fputwc fread free freeaddrinfo freopen frexp fscanf
    fseek fseeko fsetpos fstat fstatat fsync ftell ftello ftruncate funlockfile fwprintf fwrite gai_strerror getaddrinfo
    getc getchar getcwd getegid getenv geteuid getgid getgrgid getgrnam gethostbyname gethostname getline getlogin
    getnameinfo getopt getopt_long getpagesize getpeername getpgrp getpid getppid getpwnam getpwuid getsid getsockname
    getsockopt gettimeofday getuid gmtime gmtime_r htobe16 htobe32 htobe64 htole16 htole32 htole64 htonl htons hypot
    iconv iconv_close iconv_open if_nametoindex index inet_addr inet_ntoa inet_ntop inet_pton ioctl isalnum isalpha
    isascii isatty isblank iscntrl isdigit isgraph isinf islower isnan isprint ispunct isspace isupper iswalpha
    iswspace isxdigit kill labs ldexp ldiv lfind link listen llabs llrint localeconv localtime localtime_r lockf log
    log10 log1p log2 logf longjmp lrint lround lsearch lseek lstat madvise malloc mblen mbrlen mbrtowc mbsrtowcs
    mbstowcs mbtowc memccpy memchr memcmp memcpy memmem memmove mempcpy memset mkdir mkfifo mknod mkstemp mktime mlock
    mmap modf mprotect msync munlock munmap nanosleep ntohl ntohs open openat opendir openlog optarg
    opterr optind optopt
    pause pclose perror pipe poll popen posix_memalign pow powf pread printf pselect pthread_cond_broadcast
    pthread_cond_destroy pthread_cond_init pthread_cond_signal pthread_cond_wait pthread_create pthread_equal
    pthread_exit pthread_getspecific pthread_join pthread_key_create pthread_key_delete pthread_mutex_destroy
    pthread_mutex_init pthread_mutex_lock pthread_mutex_trylock pthread_mutex_unlock pthread_once pthread_rwlock_rdlock
    pthread_rwlock_unlock pthread_rwlock_wrlock pthread_self pthread_setspecific ptrdiff_t putc putchar putenv puts
    putwc pwrite qsort raise rand rand_r random read readdir readlink readv realloc reallocarray realpath recv recvfrom
    recvmsg regcomp regerror regexec regfree remove rename rewind rindex rint rmdir round roundf scanf sched_yield
    select sem_destroy sem_init sem_post sem_wait send sendmsg sendto setbuf setenv setgid setjmp setlocale setsockopt
    setuid setvbuf shutdown sigaction sigaddset sigdelset sigemptyset sigfillset sigismember signal sigprocmask
    sigsetjmp siglongjmp sin sinf sinh sleep snprintf socket socketpair sprintf sqrt sqrtf srand srandom sscanf stat
    stderr stdin stdout stpcpy strcasecmp strcat strchr strcmp strcoll strcpy strcspn strdup strerror strerror_r
    strftime strlen strncasecmp strncat strncmp strncpy strndup strnlen strpbrk strrchr strsep strsignal strspn strstr
    strtod strtof strtoimax strtok strtok_r strtol strtold strtoll strtoul strtoull strtoumax strxfrm swab symlink
    sync syscall sysconf syslog system tan tanf tanh time timegm times tmpfile tmpnam tolower toupper towlower towupper
    trunc truncate tzset umask uname ungetc unlink unsetenv usleep utime utimes va_arg va_copy va_end va_start vasprintf
    vfprintf vprintf vscanf vsnprintf vsprintf vsscanf wait waitpid wcscat wcschr wcscmp wcscpy wcslen wcsncmp wcsncpy
    wcsrtombs wcstombs wctomb wmemcpy wmemset write writev
    """,
    )
)

KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        """
    asm auto break case char const continue default do double else enum extern float for goto if inline int long
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool
    _Static_assert
    """,
    )
)
_HEADERS = (
    ("string.h", r"(?:mem|str|stp)(?!to)\w+"),
    ("strings.h", r"b(?:cmp|copy|zero)|index|rindex|ffs"),
    ("stdio.h", r"v?[fsd]?n?printf|v?[fs]?scanf|f(?:open|close|read|write|seek|tell|gets|puts|getc|putc|flush|eof)"
                r"|puts|getc|putc|getchar|putchar|perror|remove|rename|tmpfile|tmpnam|popen|pclose|setbuf|setvbuf"),
    ("stdlib.h", r"malloc|calloc|realloc|free|abort|exit|atexit|ato\w+|strto(?:d|f|l|ld|ll|ul|ull)|s?rand|qsort|bsearch"
                 r"|l?l?abs|getenv|setenv|putenv|system|mktemp|mkstemp|alloca"),
    ("unistd.h", r"alarm|sleep|usleep|fork|vfork|exec\w+|read|write|close|access|getcwd|chdir|unlink|pipe|dup2?"),
    ("time.h", r"(?:asc|c|gm|local|mk|strf)time(?:_r)?|time|clock"),
    ("signal.h", r"signal|raise|kill|sig\w+"),
    ("setjmp.h", r"longjmp"),
    ("ctype.h", r"is(?:alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit)|to(?:lower|upper)"),
)  # fmt: skip


def header_of(name: str) -> str:
    """Return the header of the C library that declares a function, empty where that is not known."""
    return next((header for header, pattern in _HEADERS if re.fullmatch(pattern, name)), "")


def kind_of(name: str) -> str:
    """Return what a name is that every program may write; empty for all others."""
    if name in KEYWORDS:
        return "keyword"
    return "standard function" if name in STANDARD or name in ("gets", "vfork", "strtok") else ""
