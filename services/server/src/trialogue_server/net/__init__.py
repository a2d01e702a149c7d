"""The only place with sockets.

`listen` opens listening sockets and `accept` accepts; `connection` serves one client over a `transport`
(`tls_transport` with the certificate of `tls_context`, or of `self_signed`), with `sender` for what the kernel does not
take. `admin_socket` is for the administrator, `smtp` for e-mail, `mdns` with `mdns_offers` for the local network;
`ciphers` and `descriptors` measure the machine.
"""
