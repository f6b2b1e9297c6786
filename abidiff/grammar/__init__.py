"""Grammars in lark's syntax: their LALR(1) tables, built ahead and run by a parser of our own."""
