"""The rules of the xdr surface: one file each."""
