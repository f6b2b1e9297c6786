"""Macros that say what a program is compiled by, for and as: no program defines them itself."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.read.predefined import macros_of

LANGUAGE = "language"
COMPILER = "compiler"
MACHINE = "machine"

_LANGUAGE = re.compile(
    r"__cplusplus|_*c_plusplus|__OBJC\w*|__ASSEMBLER__|__ASSEMBLY__|_ASMLANGUAGE|__LANGUAGE_ASSEMBLY\w*|SWIG\w*"
    r"|__GTK_DOC\w*|__GI_SCANNER__|DOXYGEN\w*|__DOXYGEN\w*|RC_INVOKED|__BINDGEN__|__STDC_\w+|__STDC__|__STRICT_ANSI__"
    r"|_*lint_*|__CHECKER__|__KERNEL__|__CUDA\w*|__OPENCL\w*|__VALA__|__clang_analyzer__|__COVERITY__|__KLOCWORK__"
    r"|__cpp_\w+|__LCLINT__|S_SPLINT_S"
)
_COMPILER = re.compile(
    r"_MSC_\w+|_MSVC\w*|__clang\w*|__INTEL\w*|__ICC|__ICL|__ECC|__SUNPRO_\w+|__BORLANDC__|__TURBOC__|__CODEGEARC__"
    r"|__WATCOMC__|__DMC__|__LCC__|__TINYC__|__PGI\w*|__NVCOMPILER\w*|__xlc__|__xlC__|__IBMC\w*|__HP_\w+|__CC_ARM"
    r"|__ARMCC\w*|__IAR_\w+|__ICCARM__|__MWERKS__|__SC__|__SYMANTECC__|__GNUC\w*|__GNUG__|__VERSION__|__GCC_\w+"
    r"|__POCC__|__ghs\w*|__EDG\w*|__PCC__|__llvm__|__CYGWIN\w*|__MINGW\w*|__OPTIMIZE\w*|__NO_INLINE__|__SANITIZE_\w+"
    r"|__CHAR_UNSIGNED__|__PIC__|__pic__|__SSP\w*|__EXCEPTIONS|__has_\w+|__builtin_\w+|_FORTIFY_SOURCE|__SDCC\w*"
    r"|__COMPCERT__|__CPPCHECK__|__FAST_MATH__|__THREADSAFE\w*|_CPPRTTI|_CPPUNWIND|_DLL|_MT|_MANAGED|_DEBUG"
)
_MACHINE = re.compile(
    r"_?_?WIN(?:32|64|NT|CE|DOWS)\w*|__WIN(?:32|64|DOWS)__|_WIN32_\w+|_?MSDOS|__MSDOS__|__DOS__|__OS2__|OS2|WINVER"
    r"|__APPLE\w*|__MACH__|macintosh|_?MACOS\w*|TARGET_OS_\w+|TARGET_(?:API|CPU|RT)_\w+|__(?:Free|Net|Open)BSD\w*"
    r"|__DragonFly__|__bsdi__|BSD\w*|__sun\w*|sun|__SVR4|__svr4__|_?AIX\w*|_hpux|__hpux|hpux|__QNX\w*|__VMS|VMS"
    r"|__osf__|__sgi|sgi|__hurd__|__GNU__|__HAIKU__|__BEOS__|__amigaos\w*|AMIGA|__ANDROID\w*|__EMSCRIPTEN__|__wasm\w*"
    r"|__Fuchsia__|__fuchsia__|__CRAY\w*|_CRAY\w*|_?UNICOS|__riscos\w*|__MVS__|__EPOC32__|__SYMBIAN32__|__ORBIS__"
    r"|__NuttX__|__VXWORKS__|_VXWORKS\w*|__vxworks|VXWORKS|__PS[34]\w*|__SWITCH__|__minix\w*|__CYGWIN\w*|__unix\w*"
    r"|__linux\w*|_?NETWARE\w*|__NETWARE\w*|N_PLAT_NLM|__ultrix|ultrix|_WINRT|WINAPI_FAMILY\w*|__UEFI__|OPENSSL_SYS_\w+"
    r"|_?_?(?:i[3-6]86|x86_64|amd64|AMD64|ia64|IA64|alpha|ALPHA|arm|ARM|aarch64|AARCH64|mips\w*|MIPS\w*|powerpc\w*|ppc\w*"
    r"|POWERPC|PPC\w*|s390\w*|sparc\w*|sparcv9|riscv\w*|loongarch\w*|hppa\w*|m68k|sh\d?\w*|arc|nios2|xtensa|csky|or1k"
    r"|microblaze|tilegx|M_\w+|ILP32|LP64|LLP64|SIZEOF_\w+)_?_?|__ARM_\w+|__ARMEL__|__ARMEB__|_M_\w+|__SSE\w*|__AVX\w*"
    r"|__BYTE_ORDER__|__(?:BIG|LITTLE)_ENDIAN__|__ORDER_\w+|__(?:LONG|INT|SIZE|WCHAR|PTRDIFF|CHAR)\w*_(?:MAX|WIDTH|TYPE"
    r"|BIT)__|__BIONIC__|__GLIBC\w*|__UCLIBC__|__NEWLIB__|__dietlibc__|__MUSL__|_WIN32_WCE|UNDER_CE|__USER_LABEL_PREFIX__"
    r"|__SOFTFP__|__VFP_FP__|__ELF__|__COFF__|__KPRINTF_ATTRIBUTE__|__WORDSIZE\w*|__BITS_PER_LONG|_LP64|_ILP32"
)


@lru_cache(maxsize=1 << 14)
def world(name: str) -> str:
    """Return what a macro tells: ``language``, ``compiler``, ``machine``; empty for one that programs may define."""
    if _LANGUAGE.fullmatch(name):
        return LANGUAGE
    if _MACHINE.fullmatch(name):
        return MACHINE
    if _COMPILER.fullmatch(name):
        return COMPILER
    return MACHINE if name in _predefined() else ""


@cache
def _predefined() -> frozenset[str]:
    """Return the names that a compiler defines on any target."""
    return frozenset(name for target in TARGET_NAMES for name in macros_of(target))
