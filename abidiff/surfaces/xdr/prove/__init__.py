"""The bytes that show a break, and rpcgen's decoders that confirm it."""
