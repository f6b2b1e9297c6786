"""GNU, C23 and Microsoft attributes: what each known one means for the model.

``Attributes`` takes what is modelled.  ``NO_EFFECT`` lists what says nothing to callers beyond advice for the
compiler: no call, type, symbol or layout depends on it, for the reason above each part.  Everything else, the
attributes that nobody knows included, is noted as unmodelled: when it changes, what it stands on is undecided.
"""

from __future__ import annotations

import msgspec

from abidiff.surfaces.headers.read.expression import integer_literal, unescape
from abidiff.surfaces.headers.read.lexer import Token, spell

LARGEST = -1


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# How a call is made (psABI supplements): a part of the function's type.
CALLING = _words(
    """
    cdecl stdcall fastcall thiscall regparm sseregparm ms_abi sysv_abi vectorcall regcall pascal pcs
    aarch64_vector_pcs aarch64_sve_pcs preserve_most preserve_all preserve_none swiftcall swiftasynccall
    intel_ocl_bicc
    """
)
# What the compiler of a caller relies on, or does to the symbol.  C23 6.7.13.8: unsequenced, reproducible.
_KEPT = _words("noreturn returns_twice weak pure const returns_nonnull leaf nothrow gnu_inline")
_KEPT_AS = {"unsequenced": "const", "reproducible": "pure"}
MODELLED = (
    CALLING
    | _KEPT
    | frozenset(_KEPT_AS)
    | _words(
        """
    packed aligned align deprecated mode vector_size ms_struct error unavailable visibility
    transparent_union scalar_storage_order nonnull may_alias tls_model
    """
    )
)
# What compilers only warn about, or check.
DIAGNOSED = _words(
    """
    access acquire_capability acquired_after acquired_before allocating allocator analyzer_noreturn annotate
    argument_with_type_tag assert_capability assert_exclusive_lock assert_shared_lock availability bitwise
    blocking callable_when called_once capability cf_audited_transfer cf_consumed cf_returns_not_retained
    cf_returns_retained cf_unknown_transfer consumable context convergent designated_init enum_extensibility
    exclusive_lock_function exclusive_locks_required exclusive_trylock_function external_source_symbol
    fallthrough fd_arg fd_arg_read fd_arg_write flag_enum force format format_arg format_matches gnu_printf
    guarded_by guarded_var lifetimebound lock_returned lockable locks_excluded maybe_unused
    no_thread_safety_analysis noderef nodiscard noescape nonallocating nonblocking nonstring
    null_terminated_string_arg ownership_holds ownership_returns ownership_takes param_typestate
    pointer_with_type_tag pt_guarded_by pt_guarded_var release_capability release_generic_capability
    release_shared_capability requires_capability requires_shared_capability return_typestate safe
    scoped_lockable sentinel set_typestate shared_lock_function shared_locks_required shared_trylock_function
    suppress tainted_args test_typestate try_acquire_capability try_acquire_shared_capability
    type_tag_for_datatype unlock_function unsafe_buffer_usage unused warn_if_not_aligned warn_unused
    warn_unused_result warning
    """
)
# What the library says of memory that it hands out or takes: true of the same calls as before.
DESCRIBED = _words(
    """
    alloc_align alloc_size assume_aligned callback counted_by counted_by_or_null element_count malloc noalias
    restrict sized_by sized_by_or_null strict_flex_array
    """
)
# What C does not have: C++, Objective-C, Swift, formats of debug information.
OTHER_LANGUAGES = _words(
    """
    abi_tag btf_decl_tag btf_type_tag expected_throw no_destroy nouwtable novtable ns_consumed ns_consumes_self
    ns_returns_autoreleased ns_returns_not_retained ns_returns_retained preferred_name reinitializes swift_async
    swift_attr swift_bridge swift_name swift_newtype swift_objc_members swift_private type_visibility uuid
    """
)
# How the code of a function, or of a use of it, is generated: what it does and how it is called stays.
GENERATED = _words(
    """
    always_inline artificial bnd_instrument bnd_legacy bnd_variable_size cf_check cleanup cold
    disable_sanitizer_instrumentation disable_tail_calls dllexport dllimport externally_visible fentry_name
    fentry_section flatten flatten_depth force_align_arg_pointer function_return hot indirect_branch
    indirect_return likely long_call minsize model musttail near no_address_safety_analysis no_builtin no_icf
    no_instrument_function no_profile_instrument_function no_reorder no_sanitize no_sanitize_address
    no_sanitize_coverage no_sanitize_memory no_sanitize_thread no_sanitize_undefined
    no_speculative_load_hardening no_split_stack no_stack_limit no_stack_protector nocf_check noclone nodebug
    noduplicate nodupplicate noinit noinline noipa nomerge noplt optimize optnone patchable_function_entry
    persistent retain safebuffers short_call speculative_load_hardening stack_protect tune uninitialized unlikely
    used xray_always_instrument xray_log_args xray_never_instrument zero_call_used_regs
    """
)
NO_EFFECT = DIAGNOSED | DESCRIBED | OTHER_LANGUAGES | GENERATED
# What touches symbols and calls and is not computed here: undecided when it changes.
UNMODELLED = _words(
    """
    alias copy ifunc internal_linkage pass_dynamic_object_size pass_object_size strub symver
    target_clones target_version weak_import weakref
    """
)
# The same, where the header defines what it stands on: that is made in the program.  Else it says nothing to callers.
OF_DEFINITIONS = _words(
    """
    common constructor destructor naked nocommon section selectany target
    """
)


class Attributes(msgspec.Struct):
    """What was asked for; ``arguments`` of ``aligned`` and others stay tokens until evaluated.

    ``refused`` the message of ``error`` or ``unavailable``: every use is one.  ``calling`` the conventions,
    ``stdcall`` or ``regparm(3)``.  ``order`` is that of ``scalar_storage_order``.  ``nonnull`` parameters that
    may not be null, the first is 1, and 0 for all that are pointers.  ``unmodelled`` what has to be the same before and
    after, as text; ``of_definitions`` the same of what is defined.
    """

    packed: bool = False
    ms_struct: bool = False
    aligned: list[list[Token]] = msgspec.field(default_factory=list)
    deprecated: str | None = None
    refused: str | None = None
    mode: str = ""
    vector: list[Token] | None = None
    kept: set[str] = msgspec.field(default_factory=set)
    calling: set[str] = msgspec.field(default_factory=set)
    transparent: bool = False
    may_alias: bool = False
    order: str = ""
    nonnull: set[int] = msgspec.field(default_factory=set)
    unmodelled: set[str] = msgspec.field(default_factory=set)
    of_definitions: set[str] = msgspec.field(default_factory=set)

    def add(self, name: str, arguments: list[Token]) -> None:
        """Take note of one attribute."""
        name = name.strip("_")
        if name in NO_EFFECT:
            return
        if name == "packed":
            self.packed = True
        elif name in ("aligned", "align"):
            self.aligned.append(arguments)
        elif name == "deprecated":
            self.deprecated = string_value(arguments)
        elif name in ("error", "unavailable"):
            self.refused = string_value(arguments)
        elif name == "mode" and arguments:
            self.mode = arguments[0][1].strip("_")
        elif name == "vector_size":
            self.vector = arguments
        elif name == "ms_struct":
            self.ms_struct = True
        elif name in ("visibility", "tls_model"):
            self.kept.add(f"{name}:{string_value(arguments)}")
        elif name == "may_alias":
            self.may_alias = True
        elif name == "nonnull":
            self.nonnull |= _numbers(arguments)
        elif name == "transparent_union":
            self.transparent = True
        elif name == "scalar_storage_order":
            self.order = string_value(arguments)
        elif name in CALLING:
            self.calling.add(f"{name}({_plain(arguments)})" if arguments else name)
        elif name.lower() in _KEPT:
            self.kept.add(name.lower())
        elif name in _KEPT_AS:
            self.kept.add(_KEPT_AS[name])
        else:
            into = self.of_definitions if name in OF_DEFINITIONS else self.unmodelled
            into.add(f"{name}({spell(arguments)})" if arguments else name)

    def join(self, other: Attributes) -> None:
        """Take what must not get lost of attributes that stand where no declaration owns them."""
        self.unmodelled |= other.unmodelled


def string_value(tokens: list[Token]) -> str:
    """Return adjacent string literals as one text."""
    return "".join(unescape(t[1][t[1].index('"') + 1 : -1]) for t in tokens if t[0] == "s")


def _numbers(arguments: list[Token]) -> set[int]:
    """Return the positions that ``nonnull`` names; 0 stands for every pointer."""
    literals = [integer_literal(token[1]) for token in arguments if token[0] == "n"]
    return {int(literal[0]) for literal in literals if literal is not None} or {0}


def _plain(arguments: list[Token]) -> str:
    """Return the argument of a convention: a number in decimal, a text with quotation marks."""
    if len(arguments) == 1 and arguments[0][0] == "n":
        literal = integer_literal(arguments[0][1])
        return str(literal[0]) if literal is not None else arguments[0][1]
    return f'"{string_value(arguments).strip("_")}"' if arguments[0][0] == "s" else spell(arguments)
