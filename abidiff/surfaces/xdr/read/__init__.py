"""From the text of XDR files to nodes: scanner, grammar, comments, constants."""
