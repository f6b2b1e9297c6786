"""GNU, C23 and Microsoft attributes: what each known one means for the model.

``Attributes`` takes what is modelled.  ``NO_EFFECT`` lists what says nothing to callers beyond advice for the
compiler: no call, type, symbol or layout depends on it.  Everything else, the attributes that nobody knows
included, is noted as unmodelled: when it changes, what it stands on is undecided.
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
_KEPT = frozenset({"noreturn", "returns_twice", "weak"})
MODELLED = (
    CALLING
    | _KEPT
    | _words(
        """
    packed aligned align deprecated mode vector_size ms_struct alias error unavailable visibility
    transparent_union scalar_storage_order
    """
    )
)
NO_EFFECT = _words(
    """
    abi_tag access acquire_capability acquired_after acquired_before alloc_align alloc_size allocator allocating
    always_inline analyzer_noreturn annotate argument_with_type_tag artificial assert_capability
    assert_exclusive_lock assert_shared_lock assume_aligned availability bitwise blocking bnd_instrument
    bnd_legacy bnd_variable_size btf_decl_tag btf_type_tag callable_when callback called_once capability
    cf_audited_transfer cf_check cf_consumed cf_returns_not_retained cf_returns_retained cf_unknown_transfer
    cleanup cold common const constructor consumable context convergent copy counted_by counted_by_or_null
    designated_init destructor disable_sanitizer_instrumentation disable_tail_calls dllexport dllimport
    element_count enum_extensibility exclusive_lock_function exclusive_locks_required exclusive_trylock_function
    expected_throw external_source_symbol externally_visible fallthrough fd_arg fd_arg_read fd_arg_write
    fentry_name fentry_section flag_enum flatten flatten_depth force force_align_arg_pointer format format_arg
    format_matches function_return gnu_inline gnu_printf guarded_by guarded_var hot ifunc indirect_branch
    indirect_return internal_linkage leaf lifetimebound likely lock_returned lockable locks_excluded long_call
    malloc may_alias maybe_unused minsize model musttail naked near no_address_safety_analysis no_builtin
    no_destroy no_icf no_instrument_function no_profile_instrument_function no_reorder no_sanitize
    no_sanitize_address no_sanitize_coverage no_sanitize_memory no_sanitize_thread no_sanitize_undefined
    no_speculative_load_hardening no_split_stack no_stack_limit no_stack_protector no_thread_safety_analysis
    noalias noclone nocf_check nocommon nodebug noderef nodiscard nodupplicate noduplicate noescape noinit
    noinline noipa nomerge nonallocating nonblocking nonnull nonstring noplt nothrow nouwtable novtable
    ns_consumed ns_consumes_self ns_returns_autoreleased ns_returns_not_retained ns_returns_retained
    null_terminated_string_arg optimize optnone ownership_holds ownership_returns ownership_takes param_typestate
    pass_dynamic_object_size pass_object_size patchable_function_entry persistent pointer_with_type_tag
    preferred_name pt_guarded_by pt_guarded_var pure reinitializes release_capability release_generic_capability
    release_shared_capability reproducible requires_capability requires_shared_capability restrict retain
    return_typestate returns_nonnull safe safebuffers scoped_lockable section selectany sentinel set_typestate
    shared_lock_function shared_locks_required shared_trylock_function short_call sized_by sized_by_or_null
    speculative_load_hardening stack_protect strict_flex_array strub suppress swift_async swift_attr swift_bridge
    swift_name swift_newtype swift_objc_members swift_private symver tainted_args target target_clones
    target_version test_typestate tls_model try_acquire_capability try_acquire_shared_capability tune
    type_tag_for_datatype type_visibility uninitialized unlikely unlock_function unsafe_buffer_usage unsequenced
    unused used uuid warn_if_not_aligned warn_unused warn_unused_result warning weak_import weakref
    xray_always_instrument xray_log_args xray_never_instrument zero_call_used_regs
    """
)


class Attributes(msgspec.Struct):
    """What was asked for; ``arguments`` of ``aligned`` and others stay tokens until evaluated.

    ``refused`` the message of ``error`` or ``unavailable``: every use is one.  ``calling`` the conventions,
    ``stdcall`` or ``regparm(3)``.  ``order`` is that of ``scalar_storage_order``.  ``unmodelled`` what has to be the
    same before and after, as text.
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
    order: str = ""
    unmodelled: set[str] = msgspec.field(default_factory=set)

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
        elif name in ("alias", "visibility"):
            self.kept.add(f"{name}:{string_value(arguments)}")
        elif name == "transparent_union":
            self.transparent = True
        elif name == "scalar_storage_order":
            self.order = string_value(arguments)
        elif name in CALLING:
            self.calling.add(f"{name}({_plain(arguments)})" if arguments else name)
        elif name.lower() in _KEPT:
            self.kept.add(name.lower())
        else:
            self.unmodelled.add(f"{name}({spell(arguments)})" if arguments else name)

    def join(self, other: Attributes) -> None:
        """Take what must not get lost of attributes that stand where no declaration owns them."""
        self.unmodelled |= other.unmodelled


def string_value(tokens: list[Token]) -> str:
    """Return adjacent string literals as one text."""
    return "".join(unescape(t[1][t[1].index('"') + 1 : -1]) for t in tokens if t[0] == "s")


def _plain(arguments: list[Token]) -> str:
    """Return the argument of a convention: a number in decimal, a text with quotation marks."""
    if len(arguments) == 1 and arguments[0][0] == "n":
        literal = integer_literal(arguments[0][1])
        return str(literal[0]) if literal is not None else arguments[0][1]
    return f'"{string_value(arguments).strip("_")}"' if arguments[0][0] == "s" else spell(arguments)
