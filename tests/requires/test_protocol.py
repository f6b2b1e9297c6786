"""Procedures of the protocol in languages without a reader of their own."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

NEW = "REMOTE_PROC_DOMAIN_FD_ASSOCIATE"
OLD = "REMOTE_PROC_DOMAIN_CREATE"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("client.rs", "fn f() {{ call(Procedure::{0}); }}\n"),
        ("client.rb", "call(Remote::{0}) # by number\n"),
        ("Client.java", 'call("//", Remote.{0});\n'),
        ("client.pl", 'call("#", {0});\n'),
        ("client.pl", "call($#list, {0});\n"),
        ("client.pl", "s#a#b#; call({0});\n"),
        ("client.pl", "=pod\n\nnothing\n\n=cut\n\ncall({0});\n"),
        ("client.pl", "my $x\n  = call({0});\n"),
        ("client.rb", "=begin\nnothing\n=end\ncall({0})\n"),
        ("client.rs", '/* 5" of /* a // */ */ call({0}); // \n'),
        ("client.rs", 'let a = "/*"; call({0});\n'),
        ("client.c.kt", "/* // */ call({0})\n"),
    ],
)
def test_a_procedure_sets_the_floor(libvirt: Catalogue, path: str, text: str) -> None:
    assert told(asked(libvirt, {path: text.format(OLD) + text.format(NEW)}), "sets-floor") == [NEW]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("client.rs", "// {0}\n/* {0}\n {0} */\n"),
        ("client.rb", "# {0}\n"),
        ("client.pl", "call(); # {0}\n#{0}\n"),
        ("client.pl", "=pod\n\n{0}\n\n=cut\n\n1;\n__END__\n{0}\n"),
        ("client.pm", "=head1 NAME\n\n{0}\n"),
        ("client.rb", "=begin\n{0}\n=end\n__END__\n{0}\n"),
        ("client.rs", "/* a /* b */ {0} */\n// {0}\n/* /* */ {0}\n"),
        ("Client.java", "int {0}_COUNT = 1; int MY_{0} = 2;\n"),
    ],
)
def test_comments_and_other_names_are_no_uses(libvirt: Catalogue, path: str, text: str) -> None:
    assert told(asked(libvirt, {path: f"call({OLD});\n" + text.format(NEW)}), "sets-floor") == [OLD]
