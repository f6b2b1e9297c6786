"""Neighbours of the cases: each pair judged by hand from RFC 4506, both ways."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from abidiff.rule import load, run
from abidiff.surfaces.xdr.compare.compare import compare
from tests.surfaces.xdr.helpers import model

OPEN, CLOSE = "program P { version V { ", " } = 1; } = 9;"

NEIGHBOURS: dict[str, tuple[str, str, int, int | None]] = {
    "nest": (
        'struct s { int a; hyper b; };#',
        'struct i { hyper b; }; struct s { int a; i b; };#',
        0, 0,
    ),
    "one-arm-to-struct": (
        'union s switch (int d) { case 1: int x; };#',
        'struct s { int d; int x; };#',
        0, 1,
    ),
    "one-arm-enum": (
        'enum e { A = 1 }; union s switch (e d) { case A: int x; };#',
        'enum e { A = 1 }; struct s { e d; int x; };#',
        0, 0,
    ),
    "void-bool": (
        'union s switch (bool b) { case TRUE: void; case FALSE: void; };#',
        'struct s { bool b; };#',
        0, 0,
    ),
    "void-int": (
        'union s switch (int b) { default: void; };#',
        'typedef int s;#',
        0, 0,
    ),
    "opq35-8": (
        'struct s { opaque a[3]; opaque b[5]; };#',
        'struct s { opaque c[8]; };#',
        1, 1,
    ),
    "opq85-13": (
        'struct s { opaque a[8]; opaque b[5]; };#',
        'struct s { opaque c[13]; };#',
        0, 0,
    ),
    "opq58-13": (
        'struct s { opaque a[5]; opaque b[8]; };#',
        'struct s { opaque c[13]; };#',
        1, 1,
    ),
    "opq0-add": (
        'struct s { int a; };#',
        'struct s { int a; opaque z[0]; };#',
        0, 0,
    ),
    "opq0v-add": (
        'struct s { int a; };#',
        'struct s { int a; opaque z<0>; };#',
        1, 1,
    ),
    "str0-add": (
        'struct s { int a; };#',
        'struct s { int a; string z<0>; };#',
        1, 1,
    ),
    "arr0-add": (
        'struct s { int a; };#',
        'struct s { int a; int z[0]; };#',
        0, 0,
    ),
    "arr0v-add": (
        'struct s { int a; };#',
        'struct s { int a; int z<0>; };#',
        1, 1,
    ),
    "arrv0-opqv0": (
        'struct s { int z<0>; };#',
        'struct s { opaque z<0>; };#',
        0, 0,
    ),
    "opt-arr1": (
        'struct s { int a<1>; };#',
        'struct s { int *a; };#',
        0, 0,
    ),
    "str-opq": (
        'struct s { string a<4>; };#',
        'struct s { opaque a<4>; };#',
        0, 0,
    ),
    "opq-int-arr": (
        'struct s { opaque a<4>; };#',
        'struct s { int a<4>; };#',
        1, 1,
    ),
    "opq-int-arr0": (
        'struct s { opaque a<4>; int b; };#',
        'struct s { int a<1>; int b; };#',
        1, 1,
    ),
    "int2-hyper": (
        'struct s { int a[2]; };#',
        'struct s { hyper a; };#',
        1, 1,
    ),
    "arr2-two": (
        'struct t { int x; string y<3>; }; struct s { t a[2]; };#',
        'struct t { int x; string y<3>; }; struct s { t a; t b; };#',
        0, 0,
    ),
    "two-arms-same": (
        'union s switch (bool b) { case TRUE: int x; case FALSE: int x; };#',
        'struct s { bool b; int x; };#',
        0, 0,
    ),
    "enum-order": (
        'enum e { A = 0, B = 1 }; struct s { e a; };#',
        'enum e { B = 1, A = 0 }; struct s { e a; };#',
        0, None,
    ),
    "list-unrolled": (
        'struct n { int v; n *next; }; struct s { n a; };#',
        'struct n { int v; m *next; }; struct m { int v; n *next; }; struct s { n a; };#',
        0, 0,
    ),
    "list-array": (
        'struct n { int v; n *next; }; struct s { n *a; };#',
        'struct s { int a<>; };#',
        1, 1,
    ),
    "list-union": (
        'union l switch (int more) { case 0: void; case 1: struct { int v; l rest; } n; }; struct s { l a; };#',
        'struct n { int v; n *next; }; struct s { n *a; };#',
        0, 0,
    ),
    "no-value": (
        'struct a { b x; }; struct b { a y; }; struct s { int a; };#',
        'struct s { int a; };#',
        3, None,
    ),
    "default-void-arm": (
        'union s switch (int d) { case 1: int x; default: void; };#',
        'union s switch (int d) { case 1: int x; case 2: int y; default: void; };#',
        1, 1,
    ),
    "default-same-arm": (
        'union s switch (int d) { case 1: int x; default: int y; };#',
        'union s switch (int d) { default: int y; };#',
        0, 0,
    ),
    "default-opened": (
        'union s switch (int d) { case 1: int x; };#',
        'union s switch (int d) { case 1: int x; default: void; };#',
        0, 1,
    ),
    "uns-label": (
        'union s switch (unsigned d) { case 4294967295: int x; default: void; };#',
        'union s switch (unsigned d) { case 0xFFFFFFFF: int x; default: void; };#',
        0, None,
    ),
    "bool-default": (
        'union s switch (bool b) { case TRUE: int x; default: void; };#',
        'union s switch (bool b) { case TRUE: int x; case FALSE: void; };#',
        0, 0,
    ),
    "bool-default-changed": (
        'union s switch (bool b) { case TRUE: int x; default: void; };#',
        'union s switch (bool b) { case TRUE: int x; case FALSE: int y; };#',
        1, 1,
    ),
    "bool-dead-default": (
        'union s switch (bool b) { case TRUE: int x; case FALSE: void; default: hyper z; };#',
        'union s switch (bool b) { case TRUE: int x; case FALSE: void; };#',
        0, 0,
    ),
    "enum-dead-default": (
        'enum e { A = 0, B = 1 }; union s switch (e b) { case A: int x; case B: void; default: hyper z; };#',
        'enum e { A = 0, B = 1 }; union s switch (e b) { case A: int x; case B: void; default: float z; };#',
        0, 0,
    ),
    "typedef-chain": (
        'typedef int a; typedef a b; struct s { b x; };#',
        'struct s { int x; };#',
        0, 0,
    ),
    "fixed-len-in-var": (
        'struct s { opaque a<4>; };#',
        'struct s { opaque a[4]; };#',
        1, 1,
    ),
    "counted-as-union": (
        'struct s { int a<2>; };#',
        'union s switch (unsigned n) { case 0: void; case 1: int x; case 2: int y[2]; };#',
        0, 0,
    ),
    "opt-opt": (
        'struct t { int *p; }; struct s { t *q; };#',
        'union s switch (bool a) { case FALSE: void; case TRUE: int *p; };#',
        0, 0,
    ),
    "empty-elem-arr": (
        'struct e { opaque z[0]; }; struct s { e a<3>; };#',
        'struct s { unsigned a; };#',
        0, 1,
    ),
    "nothing-fixed": (
        'struct e { opaque z[0]; }; struct s { int x; e a[70000]; };#',
        'struct s { int x; };#',
        0, 0,
    ),
    "hyper-two-words": (
        'struct s { hyper a; };#',
        'struct s { unsigned hi; unsigned lo; };#',
        1, 1,
    ),
    "double-hyper": (
        'struct s { double a; };#',
        'struct s { hyper a; };#',
        1, 1,
    ),
    "float-int": (
        'struct s { float a; };#',
        'struct s { int a; };#',
        1, 1,
    ),
    "quad-opq16": (
        'struct s { quadruple a; };#',
        'struct s { opaque a[16]; };#',
        1, 1,
    ),
    "hyper-uhyper": (
        'struct s { hyper a; };#',
        'struct s { unsigned hyper a; };#',
        0, 0,
    ),
    "args-three-struct": (
        ' [[int F(int, hyper, string) = 1;]]',
        'struct a { int x; hyper y; string z<>; }; [[int F(a) = 1;]]',
        0, 0,
    ),
    "args-swap": (
        ' [[int F(int, hyper) = 1;]]',
        '[[int F(hyper, int) = 1;]]',
        1, None,
    ),
    "arg-added": (
        ' [[int F(int) = 1;]]',
        '[[int F(int, int) = 1;]]',
        1, 1,
    ),
    "arg-empty-added": (
        'struct e { opaque z[0]; }; [[int F(int) = 1;]]',
        'struct e { opaque z[0]; }; [[int F(int, e) = 1;]]',
        0, 0,
    ),
    "res-void-empty": (
        'struct e { opaque z[0]; }; [[void F(int) = 1;]]',
        'struct e { opaque z[0]; }; [[e F(int) = 1;]]',
        0, 0,
    ),
    "res-void-int": (
        '[[void F(int) = 1;]]',
        '[[int F(int) = 1;]]',
        1, 1,
    ),
    "ren-limit": (
        'struct fa { string n<8>; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct ga { string n<16>; }; struct gr { int x; }; [[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-sign": (
        'struct fa { int n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct ga { unsigned n; }; struct gr { unsigned x; }; [[gr G(ga) = 1;]]',
        0, 0,
    ),
    "ren-enum": (
        'enum k { A = 1 }; struct fa { k n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'enum h { A = 1, B = 2 }; struct ga { h n; }; struct gr { int x; }; [[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-arm": (
        'union fa switch (int n) { case 1: int a; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'union ga switch (int n) { case 1: int b; case 2: hyper c; }; struct gr { int x; }; [[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-deep": (
        'struct i { int a<3>; }; struct j { i x; }; struct fa { j n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct ii { unsigned a<4>; };struct jj { ii y; }; struct ga { jj m; }; struct gr { int x; };[[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-int-from-enum": (
        'enum k { A = 1 }; struct fa { k n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct ga { int n; }; struct gr { int x; }; [[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-split": (
        'struct fa { int a; int b<2>; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct q { int b<5>; }; struct ga { int a; q b; }; struct gr { int x; }; [[gr G(ga) = 1;]]',
        0, 1,
    ),
    "ren-root": (
        'struct hdr { int a; string b<4>; };',
        'struct head { unsigned a; string b<9>; };',
        0, 1,
    ),
    "ren-root-enum": (
        'enum t { CALL = 0 }; struct hdr { int a; t b; };',
        'enum u { CALL = 0, REPLY = 1 }; struct head { int a; u b; };',
        0, 1,
    ),
    "procs-swapped": (
        '[[int A(int) = 1; int B(int) = 2;]]',
        '[[int B(int) = 1; int A(int) = 2;]]',
        1, None,
    ),
    "ren-added-between": (
        'struct fa { int n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct ga { unsigned n; }; struct gr { int x; }; [[gr G(ga) = 1; int H(void) = 2;]]',
        0, 1,
    ),
    "ver-added": (
        'struct fa { int n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct fa { int n; }; struct fr { int x; }; '
        'program P { version V { fr F(fa) = 1; } = 1; version W { fr F2(fa) = 1; } = 2; } = 9;',
        0, 1,
    ),
    "int-bool": (
        'struct s { int a; };#',
        'struct s { bool a; };#',
        1, 0,
    ),
    "bool-enum01": (
        'struct s { bool a; };#',
        'enum e { A = 0, B = 1 }; struct s { e a; };#',
        0, 0,
    ),
    "bool-enum1": (
        'struct s { bool a; };#',
        'enum e { B = 1 }; struct s { e a; };#',
        1, 0,
    ),
    "uns-enum": (
        'struct s { unsigned a; };#',
        'enum e { A = 0, B = 1 }; struct s { e a; };#',
        1, 0,
    ),
    "short-int": (
        'struct s { short a; };#',
        'struct s { int a; };#',
        0, 1,
    ),
    "uchar-short": (
        'struct s { unsigned char a; };#',
        'struct s { short a; };#',
        0, 1,
    ),
    "char-int": (
        'struct s { char a; };#',
        'struct s { int a; };#',
        0, 1,
    ),
    "uchar-enum": (
        'struct s { unsigned char a; };#',
        'enum e { A = 0, B = 1 }; struct s { e a; };#',
        1, 0,
    ),
    "enum-char": (
        'enum e { A = 0, B = 300 }; struct s { e a; };#',
        'struct s { unsigned char a; };#',
        1, 1,
    ),
    "enum-char-fits": (
        'enum e { A = 0, B = 200 }; struct s { e a; };#',
        'struct s { unsigned char a; };#',
        0, 1,
    ),
    "enum-neg": (
        'enum e { A = -1, B = 1 }; struct s { e a; };#',
        'struct s { unsigned a; };#',
        0, 1,
    ),
    "enum-alias": (
        'enum e { A = 1, B = 1 }; struct s { e a; };#',
        'enum e { A = 1 }; struct s { e a; };#',
        0, 0,
    ),
    "noarm-lost-but-used": (
        'enum e { A = 0, B = 1 }; union u switch (e d) { case A: void; }; struct s { u x; e y; };#',
        'enum e { A = 0 }; union u switch (e d) { case A: void; }; struct s { u x; e y; };#',
        1, None,
    ),
    "noarm-lost": (
        'enum e { A = 0, B = 1 }; union u switch (e d) { case A: void; }; struct s { u x; };#',
        'enum e { A = 0 }; union u switch (e d) { case A: void; }; struct s { u x; };#',
        0, None,
    ),
    "null-removed": (
        '[[void Z(void) = 0; int A(int) = 1;]]',
        '[[int A(int) = 1;]]',
        0, 0,
    ),
    "null-res-removed": (
        '[[int Z(void) = 0; int A(int) = 1;]]',
        '[[int A(int) = 1;]]',
        1, None,
    ),
    "null-moved": (
        '[[void Z(void) = 0; int A(int) = 1;]]',
        '[[void Z(void) = 5; int A(int) = 1;]]',
        0, None,
    ),
    "null-taken": (
        '[[void Z(void) = 0; int A(int) = 1;]]',
        '[[int Q(void) = 0; int A(int) = 1;]]',
        1, None,
    ),
    "bound-MAX-used": (
        'const B_MAX = 8; struct s { int a<B_MAX>; };#',
        'const B_MAX = 7; struct s { int a<B_MAX>; };#',
        1, 0,
    ),
    "bound-MAX-unused": (
        'const B_MAX = 8; struct s { int a; };#',
        'const B_MAX = 7; struct s { int a; };#',
        0, 0,
    ),
    "last-only-case": (
        'enum e { A = 0, E_LAST = 1 }; union s switch (e d) { case A: void; case E_LAST: int x; };#',
        'enum e { A = 0, E_LAST = 1 }; union s switch (e d) { case A: void; case E_LAST: hyper x; };#',
        1, None,
    ),
    "two-blocks": (
        'program P { version V { int A(int) = 1; } = 1; } = 9; program Q { version W { int B(int) = 1; } = 2; } = 9;',
        'program P { version V { int A(int) = 1; } = 1; version W { int B(int) = 1; } = 2; } = 9;',
        0, 0,
    ),
    "two-blocks-lost": (
        'program P { version V { int A(int) = 1; } = 1; } = 9; program Q { version W { int B(int) = 1; } = 2; } = 9;',
        '[[int A(int) = 1;]]',
        1, 0,
    ),
    "kernel-big": (
        'pragma header nlm4;\npragma big_endian st;\nenum st { A = 0, B = 1 }; pragma public s; struct s { st a; };#',
        'enum st { A = 0 }; struct s { st a; };#',
        1, 0,
    ),
    "kernel-exclude": (
        'pragma exclude s;\nstruct s { int a; };#',
        'struct s { int a; };#',
        0, 0,
    ),
    "ns-nested": (
        'namespace a { namespace b { struct s { int x; }; } }#',
        'namespace c { struct s { hyper x; }; }#',
        1, 1,
    ),
    "ns-two": (
        'namespace a { struct t { int x; }; } namespace a { struct s { t x; }; }#',
        'namespace a { struct t { int x; }; struct s { t x; }; }#',
        0, 0,
    ),
    "anon-union-ext": (
        'struct s { int a; union switch (int v) { case 0: void; } ext; };#',
        'struct s { int a; union switch (int v) { case 0: void; case 1: hyper h; } ext; };#',
        0, 1,
    ),
    "anon-struct": (
        'struct s { struct { int a; hyper b; } x; };#',
        'struct s { int a; hyper b; };#',
        0, 0,
    ),
    "anon-enum": (
        'struct s { enum { A = 1, B = 2 } x; };#',
        'enum e { A = 1, B = 2 }; struct s { e x; };#',
        0, 0,
    ),
    "arms-swapped": (
        'union s switch (int d) { case 1: int a; case 2: int b; };#',
        'union s switch (int d) { case 1: int b; case 2: int a; };#',
        0, None,
    ),
    "enums-swapped": (
        'enum e { A = 1, B = 2 }; struct s { e x; };#',
        'enum e { B = 1, A = 2 }; struct s { e x; };#',
        0, None,
    ),
    "members-rotated": (
        'struct s { int a; int b; int c; };#',
        'struct s { int b; int c; int a; };#',
        0, None,
    ),
    "members-swapped-shape": (
        'struct s { int a; hyper b; };#',
        'struct s { hyper b; int a; };#',
        1, None,
    ),
    "struct-member-both": (
        'struct i { int a; }; struct s { i x; };#',
        'struct i { hyper a; }; struct s { i x; };#',
        1, None,
    ),
    "prog-number": (
        'struct fa { int n; }; struct fr { int x; }; [[fr F(fa) = 1;]]',
        'struct fa { int n; }; struct fr { int x; }; program P { version V { fr F(fa) = 1; } = 1; } = 0x20000098;',
        1, None,
    ),
    "const-named-case": (
        'const K = 3; union s switch (int d) { case K: int a; };#',
        'union s switch (int d) { case 3: int a; };#',
        0, 0,
    ),
    "const-case-moved": (
        'const K = 3; union s switch (int d) { case K: int a; };#',
        'const K = 4; union s switch (int d) { case K: int a; };#',
        1, None,
    ),
    "octal": (
        'struct s { int a<010>; };#',
        'struct s { int a<8>; };#',
        0, 0,
    ),
    "long-is-int": (
        'struct s { long a; unsigned long b; };#',
        'struct s { int a; unsigned int b; };#',
        0, 0,
    ),
    "pointer-typedef": (
        'struct t { int a; }; typedef t *p; struct s { p x; };#',
        'struct t { int a; }; struct s { t *x; };#',
        0, 0,
    ),
    "opt-to-req": (
        'struct t { int a; }; struct s { t *x; };#',
        'struct t { int a; }; struct s { t x; };#',
        1, 1,
    ),
    "var-unbounded": (
        'struct s { int a<>; };#',
        'struct s { int a<4294967295>; };#',
        0, 0,
    ),
    "var-bounded": (
        'struct s { int a<>; };#',
        'struct s { int a<4294967294>; };#',
        1, 0,
    ),
    "acl": (
        '/* x */ struct s { int a; };#',
        '/* y */ struct s { int a; };#',
        0, None,
    ),
    "ver-swap": (
        'program P { version A { int F(int) = 1; } = 1; version B { int G(hyper) = 1; } = 2; } = 9;',
        'program P { version B { int G(hyper) = 1; } = 1; version A { int F(int) = 1; } = 2; } = 9;',
        1, None,
    ),
    "ver-renamed": (
        'program P { version A { int F(int) = 1; } = 1; } = 9;',
        'program P { version B { int F(int) = 1; } = 1; } = 9;',
        0, None,
    ),
    "proc-moved-ver": (
        'program P { version A { int F(int) = 1; int G(int) = 2; } = 1; version B { int H(int) = 1; } = 2; } = 9;',
        'program P { version A { int F(int) = 1; } = 1; version B { int H(int) = 1; int G(int) = 2; } = 2; } = 9;',
        1, None,
    ),
    "prog-renumbered-version-kept": (
        'program P { version A { int F(int) = 1; } = 1; } = 9;',
        'program P { version A { int F(int) = 1; } = 1; } = 10;',
        1, None,
    ),
    "proc-renum": (
        'program P { version A { int F(int) = 1; } = 1; } = 9;',
        'program P { version A { int F(int) = 2; } = 1; } = 9;',
        1, None,
    ),
    "proc-alias-number": (
        'program P { version A { int F(int) = 1; int G(int) = 2; } = 1; } = 9;',
        'program P { version A { int G(int) = 1; int H(int) = 2; } = 1; } = 9;',
        1, None,
    ),
    "proc-result-widened-enum": (
        'enum e {A=0};[[e F(void) = 1;]]',
        'enum e {A=0,B=1};[[e F(void) = 1;]]',
        0, 1,
    ),
    "named-args": (
        '[[int F(int a, int b) = 1;]]',
        '[[int F(int x, int y) = 1;]]',
        0, None,
    ),
    "uint64-hyper": (
        'struct s { uint64_t a; };#',
        'struct s { unsigned hyper a; };#',
        0, 0,
    ),
    "bool-t": (
        'struct s { bool_t a; };#',
        'struct s { bool a; };#',
        0, 0,
    ),
    "netobj": (
        'struct s { netobj a; };#',
        'struct s { opaque a<1024>; };#',
        0, 0,
    ),
    "float-arr": (
        'struct s { float a[2]; };#',
        'struct s { float a; float b; };#',
        0, 0,
    ),
    "str-arr": (
        'typedef string n<5>; struct s { n a<3>; };#',
        'typedef string n<6>; struct s { n a<3>; };#',
        0, 1,
    ),
    "opt-string": (
        'typedef string n<5>; struct s { n *a; };#',
        'typedef string n<5>; struct s { n a<1>; };#',
        0, 0,
    ),
    "union-in-union": (
        'union t switch (int a) { case 0: int x; }; union s switch (int b) { case 0: t y; };#',
        'union t switch (int a) { case 0: int x; case 1: void; }; union s switch (int b) { case 0: t y; };#',
        0, 1,
    ),
    "disc-default-enum-grow": (
        'enum e { A = 0, B = 1 }; union s switch (e d) { case A: int x; default: void; };#',
        'enum e { A = 0, B = 1, C = 2 }; union s switch (e d) { case A: int x; default: void; };#',
        0, 1,
    ),
    "struct-empty-union": (
        'struct s { int a; };#',
        'union u switch (int d) { default: void; }; struct s { u a; };#',
        0, 0,
    ),
    "rename-all": (
        'struct t { int a; string b<4>; }; struct s { t x; };#',
        'struct tt { int aa; string bb<4>; }; struct s { tt xx; };#',
        0, 0,
    ),
    "rename-swap-types": (
        'struct a { int x; }; struct b { hyper y; }; struct s { a p; b q; };#',
        'struct b { int x; }; struct a { hyper y; }; struct s { b p; a q; };#',
        0, 0,
    ),
    "rename-swap-types-break": (
        'struct a { int x; }; struct b { hyper y; }; struct s { a p; b q; };#',
        'struct b { int x; }; struct a { hyper y; }; struct s { a p; b q; };#',
        1, None,
    ),
    "const-used-in-enum": (
        'const K = 1; enum e { A = K, B }; struct s { e a; };#',
        'const K = 2; enum e { A = K, B }; struct s { e a; };#',
        1, None,
    ),
    "const-in-prog": (
        'const K = 1;[[int F(int) = K;]]',
        'const K = 2;[[int F(int) = K;]]',
        1, None,
    ),
    "max-neg-enum": (
        'enum e { A = -2147483648 }; struct s { e a; };#',
        'struct s { int a; };#',
        0, 1,
    ),
    "fixed-to-struct": (
        'struct s { int a[3]; };#',
        'struct s { int a; int b; int c; };#',
        0, 0,
    ),
    "two-members-one-counted": (
        'struct s { unsigned n; int a; };#',
        'struct s { int a<1>; };#',
        1, 1,
    ),
    "big-default": (
        'union s switch (int d) { case 0: void; default: opaque x<>; };#',
        'union s switch (int d) { case 0: void; case 1: opaque x<>; default: opaque y<>; };#',
        0, 0,
    ),
    "void-arg-explicit": (
        '[[int F(void) = 1;]]',
        '[[int F() = 1;]]',
        0, 0,
    ),
    "ptr-result": (
        '[[int F(int) = 1;]]',
        'struct t {int a;};[[t F(int) = 1;]]',
        0, 0,
    ),
}  # fmt: skip
"""Old, new, the exit code from old to new, and that from new to old where it was judged.

[[ and ]] stand around the procedures of a program, # for a program that takes and gives s.
"""


def whole(text: str) -> str:
    return text.replace("#", "[[s F(s) = 1;]]").replace("[[", OPEN).replace("]]", CLOSE)


def exit_code(old: str, new: str) -> int:
    before, after = model(whole(old)), model(whole(new))
    found = {f.severity for f in run(load("abidiff.surfaces.xdr.rules"), compare(before, after))}
    if Severity.BREAKING in found:
        return 1
    return 3 if Severity.UNDECIDED in found or before.problems or after.problems else 0


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbour(name: str) -> None:
    old, new, forth, back = NEIGHBOURS[name]
    assert exit_code(old, new) == forth
    assert back is None or exit_code(new, old) == back
