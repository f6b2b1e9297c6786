"""From the text of headers to tokens: lexer, preprocessor, macros, attributes, the headers of others."""
